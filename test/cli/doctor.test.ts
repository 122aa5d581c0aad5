import { beforeEach, describe, expect, test } from "vitest";
import type { Surroundings } from "../../cli/surroundings.ts";
import { importJob, importJobId, listedApplication, seed } from "../support/definitions.ts";
import { memoryPorts, noon, type TestPorts } from "../support/memoryPorts.ts";
import { define } from "../usecases/world.ts";
import { memoryService } from "./memoryService.ts";
import { run } from "./terminal.ts";

let ports: TestPorts;

beforeEach(async () => {
  ports = memoryPorts();
  await seed(ports);
});

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

const tokenOf = (claims: object): string => `${encode({ alg: "RS256" })}.${encode(claims)}.c2lnbmF0dXJl`;

const wellClaims = { azp: listedApplication, roles: ["Integration.Manage"], exp: noon / 1000 + 3600 };

interface Illness {
  readonly claims?: object;
  readonly roles?: readonly string[];
  readonly serviceNow?: number;
  /** In place of the service's own answer. */
  readonly answer?: (path: string) => Response | undefined;
}

/** Asks the doctor about the service in memory, and answers what is not well by its check. */
async function examine(args: readonly string[], { claims, roles, serviceNow = noon, answer }: Illness = {}) {
  const service = await memoryService(ports, roles);
  const fetch: Surroundings["fetch"] = async (request) => {
    const { pathname } = new URL(request.url);
    const own = answer?.(pathname);
    if (own) return own;
    if (pathname !== "/healthz") return service.fetch(request);
    return new Response("healthy\n", { headers: { date: new Date(serviceNow).toUTCString() } });
  };
  const env = {
    RECURRING_INTEGRATIONS_URL: "https://files.example",
    RECURRING_INTEGRATIONS_TOKEN: tokenOf({ ...wellClaims, ...claims }),
  };
  const ran = await run(["doctor", "--json", ...args], { fetch, env, now: () => noon });
  const findings: readonly { check: string; is: string; what: string; mend?: string }[] = ran.json.findings;
  return { code: ran.code, findings, ill: findings.filter(({ is }) => is !== "well"), out: ran.out };
}

describe("the doctor", () => {
  test("finds nothing wrong with a service that is well, and shows no token", async () => {
    const { code, findings, ill, out } = await examine(["--job", importJobId]);

    expect({ code, ill }).toEqual({ code: 0, ill: [] });
    expect(findings.map(({ check }) => check)).toEqual([
      "configuration",
      "service",
      "clock",
      "token",
      "role",
      "storage",
      "timers",
      "time zone",
      "job",
    ]);
    expect(out).not.toContain(tokenOf(wellClaims));
  });

  test.each<readonly [string, Illness, string, string, number]>([
    ["a clock that is wrong", { serviceNow: noon + 600_000 }, "clock", "600 s behind", 1],
    ["a token that is over", { claims: { exp: noon / 1000 - 60 } }, "token", "the token is over", 3],
    ["a storage that is away", { answer: away("/manage/api/jobs") }, "storage", "status 503", 4],
    ["a token for something else", { answer: refusing("/manage/api/me", 401) }, "role", "another audience", 3],
    ["another program", { answer: other }, "service", "status 404, and not as this service", 4],
    ["an app that does not start", { answer: away("/healthz") }, "service", "status 503", 4],
  ])("finds %s, says how to mend it, and looks no further", async (_, illness, check, what, expected) => {
    const { code, ill, findings } = await examine([], illness);

    expect(code).toBe(expected);
    expect(ill).toEqual([
      { check, is: "wrong", what: expect.stringContaining(what), mend: expect.any(String), exitCode: expected },
    ]);
    // With a wrong clock everything else can be looked at all the same.
    expect(findings.at(-1)?.check).toBe(check === "clock" ? "time zone" : check);
  });

  test("takes a client without a role for well enough, where it is on the list of its job", async () => {
    const { code, ill, findings } = await examine(["--job", importJobId], { claims: { roles: [] }, roles: [] });

    expect(code).toBe(0);
    expect(ill).toMatchObject([{ check: "role", is: "noted", what: expect.stringContaining("no app role") }]);
    expect(findings.at(-1)).toMatchObject({ check: "job", is: "well" });
  });

  test.each([
    ["is disabled", { ...importJob, isEnabled: false }, "is disabled"],
    ["lists others", { ...importJob, applications: [] }, "not on its list"],
  ])("finds that a job %s", async (_, job, what) => {
    await define(ports, "job", importJobId, job);

    const { code, ill } = await examine(["--job", importJobId]);

    expect(code).toBe(1);
    expect(ill).toMatchObject([{ check: "job", is: "wrong", what: expect.stringContaining(what) }]);
  });

  test("tells the time of another zone beside that of this machine", async () => {
    const { processingRecurrence } = importJob;
    await define(ports, "job", importJobId, {
      ...importJob,
      processingRecurrence: { ...processingRecurrence!, timeZone: "Pacific/Kiritimati" },
    });

    const { findings } = await examine([]);

    const zones = findings.filter(({ check }) => check === "time zone").map(({ what }) => what);
    expect(zones[0]).toMatch(
      /^1 job due by Pacific\/Kiritimati: it is 2026-11-25 02:00 there, and 2026-11-2\d \d\d:00 here/,
    );
  });

  test("says what is missing where nothing says which service", async () => {
    const { code, json } = await run(["doctor", "--json", "--url", "files"], {});

    expect(code).toBe(2);
    expect(json.findings).toMatchObject([{ check: "configuration", is: "wrong", exitCode: 2 }]);
  });
});

function away(path: string): NonNullable<Illness["answer"]> {
  return refusing(path, 503);
}

function refusing(path: string, status: number): NonNullable<Illness["answer"]> {
  const detail = `Of another audience, or away: status ${status} with another audience`;
  return (asked) => (asked === path ? Response.json({ detail }, { status }) : undefined);
}

function other(): Response {
  return new Response("<h1>Not found</h1>", { status: 404 });
}
