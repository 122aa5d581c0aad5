import { beforeEach, describe, expect, test } from "vitest";
import { exportJob, exportJobId, importJob, importJobId, seed } from "../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../support/memoryPorts.ts";
import { define } from "../usecases/world.ts";
import { memoryService } from "./memoryService.ts";
import { run } from "./terminal.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

async function status(job: string, roles?: readonly string[]) {
  const { fetch, asked } = await memoryService(ports, roles);
  return { ...(await run(["status", "--json", "--job", job], { fetch })), asked };
}

describe("the job of a command", () => {
  test.each([
    ["its name", importJob.name],
    ["its name in capitals, with blanks around it", ` ${importJob.name.toUpperCase()} `],
    ["its activity id", importJobId],
    ["its activity id in braces", `{${importJobId.toUpperCase()}}`],
  ])("is found by %s", async (_what, said) => {
    const { code, json } = await status(said);

    expect([code, json.activityId]).toEqual([0, importJobId]);
  });

  test("is asked for by its name alone: who says the id needs no role", async () => {
    const { asked } = await status(importJobId);

    expect(asked).not.toContain("GET /manage/api/jobs");
  });

  test("is told with those that are similar, where none is called so", async () => {
    const { code, err } = await status(importJob.name.slice(0, -1));

    expect(code).toBe(2);
    expect(JSON.parse(err).error.message).toBe(
      `There is no job "${importJob.name.slice(0, -1)}". These are similar:\n  ${importJobId}  ${importJob.name}`,
    );
  });

  test("is told with the ids of all that are called so", async () => {
    await define(ports, "job", exportJobId, { ...exportJob, name: importJob.name });

    const { code, err } = await status(importJob.name);

    expect(code).toBe(2);
    expect(err).toContain(`2 jobs are called`);
    for (const id of [importJobId, exportJobId]) expect(err).toContain(id);
  });

  test("is said by its id where nobody may list the jobs", async () => {
    const { code, err } = await status(importJob.name, []);

    expect(code).toBe(2);
    expect(err).toContain("Say its activity id.");
  });
});
