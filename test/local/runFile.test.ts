import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findProcess } from "../../local/processFacts.ts";
import { claimRunFile, listRunning, toLogFile } from "../../local/runFile.ts";

const first = {
  baseUrl: "http://localhost:7071",
  issuerUrl: "http://localhost:7071",
  tenantId: "t",
  isFolderHolder: true,
};
const second = { ...first, baseUrl: "https://localhost", isFolderHolder: false };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "run-"));
});
afterEach(() => rm(folder, { recursive: true }));

const baseUrls = async (): Promise<readonly string[]> => (await listRunning(folder)).map(({ baseUrl }) => baseUrl);

describe("the run file of a folder", () => {
  test("is the first service's as long as it runs, and the second has one of its own", async () => {
    const claims = [await claimRunFile(folder, first), await claimRunFile(folder, second)];

    expect(claims.map(({ file }) => path.basename(file))).toEqual(["run.json", "run-443.json"]);
    expect(await baseUrls()).toEqual([first.baseUrl, second.baseUrl]);

    await claims[1]?.release();
    expect(await baseUrls()).toEqual([first.baseUrl]);
  });

  test("is free again after its service, whose end takes nobody else's with it", async () => {
    const ended = await claimRunFile(folder, first);
    await rm(ended.file);
    const next = await claimRunFile(folder, second);

    await ended.release();

    expect(path.basename(next.file)).toBe("run.json");
    expect(await baseUrls()).toEqual([second.baseUrl]);
  });

  test("that names a process which ended is taken over, and nothing is left of it", async () => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(child, "exit");
    await writeFile(path.join(folder, "run.json"), JSON.stringify({ ...first, pid: child.pid }));

    expect(await baseUrls()).toEqual([]);
    await claimRunFile(folder, second);

    expect(await baseUrls()).toEqual([second.baseUrl]);
    expect(await readdir(folder)).toEqual(["run.json"]);
  });

  for (const [what, changed] of [
    ["began at another time", { startedAt: "once" }],
    ["has another command", { command: "vi notes.txt" }],
  ] as const) {
    test(`that names a stranger, which has the number by now and ${what}, is taken over`, async () => {
      const stale = { ...first, pid: process.pid, ...(await findProcess(process.pid)), ...changed };
      await writeFile(path.join(folder, "run.json"), JSON.stringify(stale));

      expect(await baseUrls()).toEqual([]);
      await claimRunFile(folder, second);

      expect(JSON.parse(await readFile(path.join(folder, "run.json"), "utf8"))).toMatchObject(second);
    });
  }

  test("that was cut off while it was written is taken over", async () => {
    await writeFile(path.join(folder, "run.json"), '{ "pid": 1');

    expect(path.basename((await claimRunFile(folder, first)).file)).toBe("run.json");
  });

  test("decides which log its service writes, so that no two write one", () => {
    const logs = ["run.json", "run-443.json"].map((name) => toLogFile(path.join(folder, name)));

    expect(logs.map((file) => path.basename(file))).toEqual(["host.log", "host-443.log"]);
  });
});

test("a process is told from others by its start and its command", async () => {
  const [own, again, parent] = await Promise.all([process.pid, process.pid, process.ppid].map(findProcess));

  expect(own).toEqual(again);
  expect(own?.command).toContain("node");
  expect(own?.startedAt).not.toBe("");
  expect(parent).not.toEqual(own);
});
