import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

test("the flag that gives the heap room is one that this V8 knows: it takes any other without a word", () => {
  const source = readFileSync(path.join(import.meta.dirname, "../../shared/system/heapRoom.ts"), "utf8");
  const [flag = "none"] = /--[a-z-]+/.exec(source) ?? [];

  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 });

  expect(known).toContain(`${flag} (`);
});
