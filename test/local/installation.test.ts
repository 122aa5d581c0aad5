import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { ensureInstalled } from "../../local/installation.mjs";

test("node_modules that is a link to another folder is never installed over", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "linked-"));
  const [root, shared] = [path.join(folder, "root"), path.join(folder, "shared")];
  await Promise.all([root, shared].map((made) => mkdir(made)));
  await writeFile(
    path.join(root, "package-lock.json"),
    JSON.stringify({ packages: { "node_modules/a": { version: "1" } } }),
  );
  await writeFile(path.join(shared, "kept"), "kept");
  await symlink(shared, path.join(root, "node_modules"), "junction");

  await expect(ensureInstalled(root)).rejects.toThrow(`node_modules is a link to ${shared}`);

  expect(await readFile(path.join(shared, "kept"), "utf8")).toBe("kept");
  await rm(folder, { recursive: true });
});
