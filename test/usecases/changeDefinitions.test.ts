import { beforeEach, describe, expect, test } from "vitest";
import { changeDefinitions } from "../../shared/usecases/definitions/changeDefinitions.ts";
import { removeJob } from "../../shared/usecases/definitions/removeJob.ts";
import { removeProject } from "../../shared/usecases/definitions/removeDefinition.ts";
import { saveJob } from "../../shared/usecases/definitions/saveJob.ts";
import { saveProject } from "../../shared/usecases/definitions/saveProject.ts";
import { exportProject, importJob, importJobId, importProject, operator, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";

const minute = 60_000;
const by = operator;
const overtaken = expect.objectContaining({
  code: "conflict",
  message: expect.stringContaining("Another change of definitions began while this one stood still."),
});
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports, []);
});

type Definitions = TestPorts["definitions"];

/** The ports of a change that stands still at one of its calls, for longer than its lease, while somebody else acts. */
function stoppedAt(
  call: "save" | "remove" | "reserveJobName" | "releaseJobName",
  others: () => Promise<unknown>,
): TestPorts {
  let isFirst = true;
  const original: Definitions = ports.definitions;
  const stopped = async (...given: readonly unknown[]): Promise<unknown> => {
    if (isFirst) {
      isFirst = false;
      ports.advance(2 * minute);
      await others();
    }
    return (original[call] as (...all: readonly unknown[]) => Promise<unknown>)(...given);
  };
  return { ...ports, definitions: { ...original, [call]: stopped } as Definitions };
}

describe("a change that stands still for longer than its lease", () => {
  test("does not save a job of a project that somebody else has removed meanwhile", async () => {
    const slow = stoppedAt("save", () => removeProject(ports, importProject.name, "any", by));

    await expect(saveJob(slow, importJob, undefined, by)).rejects.toEqual(overtaken);

    expect(await ports.definitions.find("job", importJobId)).toBeUndefined();
    expect(await ports.definitions.find("project", importProject.name)).toBeUndefined();
  });

  test("does not remove a project of which somebody else has made a job meanwhile", async () => {
    const slow = stoppedAt("remove", () => saveJob(ports, importJob, undefined, by));

    await expect(removeProject(slow, importProject.name, "any", by)).rejects.toEqual(overtaken);

    expect(await ports.definitions.find("project", importProject.name)).toBeDefined();
    expect(await ports.definitions.find("job", importJobId)).toBeDefined();
  });

  test("clears away nothing of a job that somebody else has made anew meanwhile", async () => {
    await saveJob(ports, { ...importJob, isEnabled: false }, undefined, by);
    const slow = stoppedAt("releaseJobName", () => saveJob(ports, importJob, undefined, by));

    await expect(removeJob(slow, importJobId, "any", by)).rejects.toEqual(overtaken);

    expect(await ports.definitions.find("job", importJobId)).toBeDefined();
    expect(await ports.schedules.find("processing", importJobId)).toBeDefined();
  });

  test("schedules nothing by a job that somebody else has disabled meanwhile", async () => {
    const disabled = { ...importJob, isEnabled: false };
    const slow: TestPorts = {
      ...ports,
      audit: {
        ...ports.audit,
        record: async (entry) => {
          await ports.audit.record(entry);
          ports.advance(2 * minute);
          await saveJob(ports, disabled, "any", by);
        },
      },
    };

    await expect(saveJob(slow, importJob, undefined, by)).rejects.toEqual(overtaken);

    expect((await ports.schedules.find("processing", importJobId))?.value.nextDueAt).toBeUndefined();
  });

  test("goes on when nobody else began one", async () => {
    const slow = stoppedAt("save", () => Promise.resolve());

    await expect(saveProject(slow, { ...exportProject, description: "x" }, "any", by)).resolves.toMatchObject({
      definition: { version: 2 },
    });
  });
});

test("a change keeps its turn for as long as it takes", async () => {
  const { leases } = ports;
  const acquire = () => leases.acquire("definitions", "somebody else", ports.clock.now(), minute);

  await changeDefinitions(ports, async (turn) => {
    for (let part = 0; part < 5; part += 1) {
      ports.advance(minute - 1);
      await turn.hold();
      expect(await acquire()).toBeUndefined();
    }
  });

  expect(await acquire()).toBeDefined();
});
