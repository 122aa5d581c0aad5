import { describe, expect, test } from "vitest";
import { runScenario, type Scenario } from "../support/crashSweep.ts";
import { scenarios } from "./scenarios.ts";

/** A sweep goes through some hundred runs, on a machine that may do other things as well. */
const timeoutMs = 300_000;

const titles = {
  failBefore: "is refused",
  loseAnswer: "is done, but its answer is lost",
  dieAfter: "is the last one of its process",
} as const;

/** These leave storage as it was, so that losing their answer is the same as a refusal. */
const reads = /\.(find|findFacts|list|read|look|address)$/;

/**
 * The calls at which a fault leaves something behind that no other one does. A process that ends before a call leaves
 * what one leaves that ends after the call before it, and one that ends after a look leaves what was there before.
 */
function isWorthwhile(fault: keyof typeof titles, what: string): boolean {
  return fault === "failBefore" || !reads.test(what);
}

/** What is wrong after the fault, at each call where something is. */
async function sweep(scenario: Scenario, fault: keyof typeof titles): Promise<readonly string[]> {
  const { calls } = await runScenario(scenario);
  const problems: string[] = [];
  for (const [index, what] of calls.entries()) {
    if (!isWorthwhile(fault, what)) continue;
    const run = await runScenario(scenario, { [fault]: index });
    problems.push(...run.problems.map((problem) => `call ${index}, ${run.calls[index]}: ${problem}`));
  }
  return problems;
}

/** Runs a scenario once for each fault at each of its calls to storage: it keeps every promise all the same. */
export function sweepScenario(key: keyof typeof scenarios): void {
  const scenario: Scenario = scenarios[key];
  describe(`${scenario.name}`, () => {
    test("keeps every promise", async () => {
      expect((await runScenario(scenario)).problems).toEqual([]);
    });

    for (const fault of ["failBefore", "loseAnswer", "dieAfter"] as const) {
      test(
        `keeps every promise, whichever call ${titles[fault]}`,
        async () => expect(await sweep(scenario, fault)).toEqual([]),
        timeoutMs,
      );
    }
  });
}
