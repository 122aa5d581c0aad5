import { expect, test } from "vitest";
import { type MendedRows, mendsOf, toLines } from "../../shared/domain/mendedRows.ts";

const rowsOf = (messageId: string, lines: readonly number[], leftOut: readonly number[] = []): MendedRows => ({
  messageId,
  executionId: "execution",
  entity: "Customer groups",
  lines: toLines(lines),
  leftOut: toLines(leftOut),
  digest: "",
  at: 0,
  applicationId: "application",
});

test("a row that somebody changed after it was left out is changed, by the first who did", () => {
  const mended = [rowsOf("m1", [2], [3, 4, 5]), rowsOf("m2", [4], [5]), { ...rowsOf("m3", [3]), entity: "Vendors" }];
  const mendOf = mendsOf(mended, "CUSTOMER GROUPS");

  expect([1, 2, 3, 4, 5].map((line) => mendOf(line))).toEqual([
    undefined,
    { messageId: "m1", isLeftOut: false },
    { messageId: "m1", isLeftOut: true },
    { messageId: "m2", isLeftOut: false },
    { messageId: "m1", isLeftOut: true },
  ]);
});

const clockStepMicroseconds = 1_000;

test("a row is looked up as fast among thousands of mended ones as among few", () => {
  const scattered = Array.from({ length: 9_000 }, (_, index) => 2 + 2 * index);
  const cpuOf = (lines: readonly number[]): number => {
    const mendOf = mendsOf([rowsOf("m1", lines)], "Customer groups");
    const before = process.cpuUsage().user;
    let found = 0;
    for (let line = 1; line <= 200_000; line++) if (mendOf(line)) found++;
    expect(found).toBe(lines.length);
    return process.cpuUsage().user - before;
  };
  cpuOf([2]);

  const [many, few] = [cpuOf(scattered), cpuOf([2])];
  // The clock may not have moved at all while few were looked up.
  expect(many).toBeLessThan(100 * Math.max(few, clockStepMicroseconds));
});
