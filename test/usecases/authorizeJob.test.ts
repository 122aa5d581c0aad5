import { beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../shared/domain/caller.ts";
import {
  authorizeEnabledJob,
  authorizeJob,
  isListedAnywhere,
  requireApplication,
} from "../../shared/usecases/access/authorizeJob.ts";
import { exportJobId, importJob, importJobId, listedApplication, seed } from "../support/definitions.ts";
import { faultyGround, type GroundCall } from "../support/faultyGround.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define } from "./world.ts";

const strangerId = "00000000-0000-4000-8000-0000000000c9";
const unknownId = "00000000-0000-4000-8000-00000000dead";
const callerOf = (applicationId: string): Caller => ({ applicationId, roles: [], tokenVersion: "1.0" });
const listed = callerOf(listedApplication);
let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const refusalOf = async (caller: Caller, activityId: string): Promise<unknown> =>
  authorizeJob(ports, caller, activityId, "import").then(
    () => "opened",
    ({ code, message, members }: { code: string; message: string; members: unknown }) => ({ code, message, members }),
  );

describe("a job", () => {
  test("opens to an application that is enabled on its list, and by any spelling of its id's case", async () => {
    expect((await authorizeJob(ports, listed, importJobId, "import")).value).toEqual(importJob);
  });

  test("gives the same refusal whether it is unknown, does not list the application or has it switched off", async () => {
    const unlisted = await refusalOf(callerOf(strangerId), importJobId);
    const unknown = await refusalOf(listed, unknownId);
    await define(ports, "job", importJobId, {
      ...importJob,
      applications: [{ applicationId: listedApplication, isEnabled: false }],
    });
    const off = await refusalOf(listed, importJobId);

    expect(unlisted).toMatchObject({ code: "forbidden" });
    expect(unknown).toEqual(unlisted);
    expect(off).toEqual(unlisted);
    expect(ports.logged.map(({ facts }) => facts["reason"])).toEqual([
      "application id is not listed",
      "unknown activity id",
      "application id is not enabled",
    ]);
  });

  test("that is disabled takes no work and says so by its name, to those on its list alone", async () => {
    await define(ports, "job", importJobId, { ...importJob, isEnabled: false });

    await expect(authorizeEnabledJob(ports, listed, importJobId, "import")).rejects.toMatchObject({
      code: "forbidden",
      message: 'The recurring data job "Customer groups in" is disabled.',
    });
    expect((await authorizeJob(ports, listed, importJobId, "import")).value.isEnabled).toBe(false);
    await expect(authorizeEnabledJob(ports, callerOf(strangerId), importJobId, "import")).rejects.not.toMatchObject({
      message: expect.stringContaining("disabled"),
    });
  });

  test("is for one direction, and names it to those on its list alone", async () => {
    const wrongWays = [
      authorizeJob(ports, listed, importJobId, "export"),
      authorizeEnabledJob(ports, listed, exportJobId, "import"),
    ];

    await expect(wrongWays[0]).rejects.toThrow('"Customer groups in" is an import job');
    await expect(wrongWays[1]).rejects.toThrow('"Customer groups out" is an export job');
    await expect(authorizeJob(ports, callerOf(strangerId), importJobId, "export")).rejects.not.toThrow("import job");
  });
});

describe("a connector", () => {
  test("takes no token that somebody signed in for, though the application is on the list", async () => {
    const person = { objectId: "cccccccc-0000-4000-8000-000000000003", name: "a@demo.example" };
    await requireApplication(ports, listed, importJobId);

    for (const signedIn of [{ person, scopes: ["Manage.Access"] }, { scopes: [] }]) {
      await expect(requireApplication(ports, { ...listed, ...signedIn }, importJobId)).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("client credentials"),
      });
    }
    const { items } = await ports.audit.list({ personId: person.objectId }, { limit: 10 });
    const refused = { applicationId: listedApplication, person, target: importJobId, detail: "token of a person" };
    expect(items).toMatchObject([refused]);
  });
});

describe("a connection test", () => {
  const jobs = 250;
  const calls: string[] = [];

  beforeEach(async () => {
    const counted = { before: ({ what }: GroundCall) => void calls.push(what) };
    ports = memoryPorts({}, (ground) => faultyGround(ground, counted).ground);
    for (let number = 0; number < jobs; number += 1) {
      const activityId = `00000000-0000-4000-8000-1${String(number).padStart(11, "0")}`;
      const applicationId = number === jobs - 1 ? listedApplication : unknownId;
      const applications = [{ applicationId, isEnabled: true }];
      await define(ports, "job", activityId, { ...importJob, activityId, name: `Job ${number}`, applications });
    }
    calls.length = 0;
  });

  test("finds an application on any job's list, also behind many other jobs, and no other", async () => {
    expect(await isListedAnywhere(ports, listed)).toBe(true);
    expect(await isListedAnywhere(ports, callerOf(strangerId))).toBe(false);
  });

  test("costs a call for a thousand jobs, and nothing more for all who ask within some seconds", async () => {
    await Promise.all(Array.from({ length: 20 }, () => isListedAnywhere(ports, callerOf(strangerId))));
    ports.advance(4_999);
    await isListedAnywhere(ports, listed);
    expect(calls).toEqual(["table definitions.list"]);

    ports.advance(1);
    await isListedAnywhere(ports, listed);
    expect(calls).toEqual(["table definitions.list", "table definitions.list"]);
  });

  test("looks anew when the look before failed", async () => {
    let fails = true;
    ports = memoryPorts({}, (ground) => {
      const before = (): void => {
        if (fails) throw new Error("storage is away");
      };
      return faultyGround(ground, { before }).ground;
    });
    await expect(isListedAnywhere(ports, listed)).rejects.toThrow("storage is away");
    fails = false;

    expect(await isListedAnywhere(ports, listed)).toBe(false);
  });
});
