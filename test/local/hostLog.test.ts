import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openHostLog } from "../../local/hostLog.ts";

test("a log is begun anew at each start, and those of the last five starts stay", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "log-"));
  const read = async (name: string): Promise<string> => readFile(path.join(folder, name), "utf8");

  for (let start = 1; start <= 8; start += 1) {
    const file = await openHostLog(path.join(folder, "host.log"));
    file.log("information", "host", `start ${start}`);
    await file.close();
  }

  expect((await readdir(folder)).toSorted()).toEqual(
    ["host.1.log", "host.2.log", "host.3.log", "host.4.log", "host.5.log", "host.log"].toSorted(),
  );
  expect(await read("host.log")).toMatch(/ information host: start 8\n$/);
  expect(await read("host.1.log")).toContain("start 7");
  expect(await read("host.5.log")).toContain("start 3");
  await rm(folder, { recursive: true });
});

test("what ends the host itself is in its log", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "log-"));
  const file = path.join(folder, "host.log");
  const log = await openHostLog(file);

  process.emit("uncaughtExceptionMonitor", new Error("the host's last fault"));
  await log.close();

  expect(await readFile(file, "utf8")).toMatch(/ critical host: Error: the host's last fault\n/);
  await rm(folder, { recursive: true });
});
