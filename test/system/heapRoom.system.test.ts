import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

test("the flags that give the heap room are ones that this V8 knows: it takes any other without a word", () => {
  const source = readFileSync(path.join(import.meta.dirname, "../../shared/system/heapRoom.ts"), "utf8");
  const flags = [...source.matchAll(/--[a-z-]+/g)].map(([flag]) => flag);

  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8", maxBuffer: 16 * 1024 * 1024 });

  expect(flags).toHaveLength(2);
  for (const flag of flags) expect(known).toContain(`${flag} (`);
});
