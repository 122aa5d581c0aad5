import { describe, expect, test } from "vitest";
import { faults, runScenario, type Scenario, type SweepRun } from "../support/crashSweep.ts";
import { callSites } from "./callSites.ts";
import { scenarios } from "./scenarios.ts";

/** A sweep goes through some hundred runs, on a machine that may do other things as well. */
const timeoutMs = 300_000;

const titles = {
  failBefore: "is refused",
  loseAnswer: "is done, but its answer is lost",
  dieBefore: "is the one before which the process ends",
  dieAfter: "is the one after which the process ends",
} as const;

/** What is wrong after the fault, at each call where something is. */
async function sweep(scenario: Scenario, fault: keyof typeof titles, calls: number): Promise<readonly string[]> {
  const problems: string[] = [];
  for (let index = 0; index < calls; index++) {
    const run: SweepRun = await runScenario(scenario, { [fault]: index });
    problems.push(...run.problems.map((problem) => `call ${index}, ${run.calls[index]}: ${problem}`));
  }
  return problems;
}

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (name, scenario) => {
  test("makes exactly the calls to storage that are listed", async () => {
    const { calls, problems } = await runScenario(scenario);

    expect(problems).toEqual([]);
    expect([...new Set(calls)].toSorted()).toEqual(callSites[name]);
  });

  for (const fault of faults) {
    test(
      `keeps every promise, whichever call ${titles[fault]}`,
      async () => {
        const { calls } = await runScenario(scenario);

        expect(await sweep(scenario, fault, calls.length)).toEqual([]);
      },
      timeoutMs,
    );
  }
});

test("every scenario that calls are listed for is swept", () => {
  expect(Object.keys(callSites).toSorted()).toEqual(scenarios.map(({ name }) => name).toSorted());
});
