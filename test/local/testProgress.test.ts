import { expect, test } from "vitest";
import type { TestCase, TestModule, TestRunEndReason, TestSpecification } from "vitest/node";
import { describeProgress, progressReporter } from "../../local/testProgress.ts";

const file = (project: string, relativeModuleId: string, isGood = true): TestModule =>
  ({ project: { name: project }, relativeModuleId, ok: () => isGood }) as unknown as TestModule;
const a = file("unit", "test/a.test.ts");
const b = file("unit", "test/b.test.ts", false);
const c = file("proof", "test/c.proof.test.ts");

test("the progress of the tests tells what has ended, what failed, and what takes its time", async () => {
  const lines: string[] = [];
  let now = 0;
  const reporter = progressReporter(
    (line) => lines.push(line),
    () => now,
  );

  await reporter.onTestRunStart?.([a, b, c].map(({ project }) => ({ project }) as TestSpecification));
  for (const each of [a, b, c]) await reporter.onTestModuleQueued?.(each);
  await reporter.onTestCaseReady?.({ module: c, name: "holds for every case" } as TestCase);
  now = 95_000;
  await reporter.onTestModuleEnd?.(b);
  await reporter.onTestModuleEnd?.(a);
  await reporter.onTestRunEnd?.([], [], "failed" satisfies TestRunEndReason);

  expect(lines).toEqual([
    "[0:00] 0 of 3 files: unit 0 of 2, proof 0 of 1",
    '[1:35] 2 of 3 files: unit 2 of 2 (1 failed), proof 0 of 1; at work: test/c.proof.test.ts 95 s "holds for every case"',
  ]);
});

test("of many files at work the oldest few are named", () => {
  const running = new Map([7, 6, 5, 4, 3, 2].map((at) => [`${at}.test.ts`, { startedAt: at * 1000, test: "" }]));

  const line = describeProgress({ startedAt: 0, projects: new Map(), running }, 10_000);

  expect(line).toContain("at work: 2.test.ts 8 s, 3.test.ts 7 s, 4.test.ts 6 s, 5.test.ts 5 s, 2 more");
});
