import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

test("A service that nobody stops keeps no test up, and ends with it", async () => {
  const { stdout } = await run(process.execPath, ["test/local/fixtures/unstoppedService.mjs"], { cwd: root });

  await expect.poll(() => isThere(`${stdout.trim()}/healthz`), { timeout: 30_000 }).toBe(false);
});

function isThere(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
