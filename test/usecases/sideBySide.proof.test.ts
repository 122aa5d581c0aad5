import fc from "fast-check";
import { expect, test } from "vitest";
import type { Ports } from "../../shared/ports.ts";
import { slotsOf } from "../../shared/ports/slots.ts";
import { packageJob } from "../support/definitions.ts";
import type { TestPorts } from "../support/memoryPorts.ts";
import { csv, entityNames, entityOf, good, type Line, prepared, pushPackage, run, turns } from "./manyLines.ts";
import { look, recordsOf, resultFile } from "./world.ts";

const anyRow = fc.constantFrom("1,1", "2,2", "3,x", "2,9", "1", "4,NULL", "NULL,4", ",5", "long,1");
const anyFile = fc.oneof(
  { weight: 6, arbitrary: fc.array(anyRow, { maxLength: 5 }).map((rows) => csv(...rows)) },
  { weight: 1, arbitrary: fc.constant(`${good}5,"never closed`) },
  { weight: 1, arbitrary: fc.constant("ID,N,OTHER\r\n1,1,1\r\n7,\u00a07,7\r\n") },
);
const few = fc.integer({ min: 1, max: 2 });
const anyLine = fc.record({
  executionUnit: few,
  level: few,
  sequence: few,
  failLevelOnError: fc.boolean(),
  failUnitOnError: fc.boolean(),
  truncateFirst: fc.boolean(),
  skipStaging: fc.boolean(),
});

/** Everything that an import leaves, but for its times and ids. */
async function outcome(
  lines: readonly Line[],
  files: readonly Readonly<Record<string, string>>[],
  places: number,
  delays: readonly number[],
) {
  const { ports, messageId: first } = await prepared(lines, files[0]!);
  let calls = 0;
  const late = async (): Promise<void> => turns(delays[calls++ % delays.length]!);
  const upsert: Ports["entities"]["upsert"] = async (...of) => {
    await late();
    const result = await ports.entities.upsert(...of);
    await late();
    return result;
  };
  const save: Ports["executions"]["save"] = async (execution) => {
    await late();
    return ports.executions.save(execution);
  };
  const changes = {
    lineSlots: slotsOf(places),
    entities: { ...ports.entities, upsert },
    executions: { ...ports.executions, save },
  };
  await run(ports, changes);
  const second = await pushPackage(ports, files[1]!);
  await run(ports, changes);
  const ends = await Promise.all([first, second].map((messageId) => endOf(ports, messageId)));
  const stored = await Promise.all(entityNames.map((name) => recordsOf(ports, entityOf(name))));
  return { ends, stored };
}

async function endOf(ports: TestPorts, messageId: string) {
  const { message, execution } = await look(ports, messageId, packageJob);
  const entities = await Promise.all(
    execution!.entities.map(async ({ startedAt: _1, finishedAt: _2, failedFile, staging: _3, ...entity }) => ({
      ...entity,
      failed: failedFile === undefined ? entity.failed : await resultFile(ports, execution, "failed", entity.entity),
    })),
  );
  const { warnings, failure } = execution!;
  return { state: message.state, lastError: message.lastError, execution: { warnings, failure, entities } };
}

test("lines side by side come to what they come to one after another, whichever of them is slow", async () => {
  const anyLines = fc.tuple(anyLine, anyLine, anyLine, anyLine);
  const anyFiles = fc.tuple(anyFile, anyFile, anyFile, anyFile);
  const delays = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      anyLines,
      anyFiles,
      anyFiles,
      fc.integer({ min: 1, max: 3 }),
      delays,
      async (settings, one, two, places, slow) => {
        const lines = settings.map((each, index) => ({ ...each, entity: entityNames[index]! }));
        const files = [one, two].map((all) =>
          Object.fromEntries(entityNames.map((name, index) => [name, all[index]!])),
        );

        const inOrder = await outcome(lines, files, 0, [0]);

        expect(await outcome(lines, files, places, slow)).toEqual(inOrder);
      },
    ),
    { numRuns: 30 },
  );
});
