import { createHash } from "node:crypto";
import { env } from "node:process";
import { expect, test } from "vitest";
import type { InboundMessage } from "../../shared/domain/inboundMessage.ts";
import type { RecurringJob } from "../../shared/domain/recurringJob.ts";
import type { Ports } from "../../shared/ports.ts";
import { restoreBackup } from "../../shared/storage/backup/restoreBackup.ts";
import { takeBackup } from "../../shared/storage/backup/takeBackup.ts";
import type { Ground } from "../../shared/storage/ground/ground.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { keepUp } from "../../shared/usecases/upkeep/keepUp.ts";
import { type Place, deliverWork, openHost, openPlace } from "../support/crashHost.ts";
import { bytesOf, exportJob, importJob, importJobId, operator } from "../support/definitions.ts";
import { faultyGround } from "../support/faultyGround.ts";
import {
  type Acceptance,
  accountingProblems,
  loadProblems,
  lostMessages,
  messagesOf,
  orderProblems,
  orphans,
  unfinished,
} from "../support/invariants.ts";
import { unlisted } from "../support/listInvariants.ts";
import { memoryBackup } from "../support/memoryBackup.ts";
import { enqueue, exportedFiles, plainUpload, recordsOf } from "../usecases/world.ts";
import { csv, fetchingClient } from "./clients.ts";

const attemptsMax = 50;
const ordered: RecurringJob = { ...importJob, isOrdered: true, onHeadError: "block", attemptsMax };
const others: RecurringJob = {
  ...importJob,
  activityId: "00000000-0000-4000-8000-000000000009",
  name: "In any order",
  attemptsMax,
};
const exporting: RecurringJob = { ...exportJob, attemptsMax };
const jobs = [ordered, others, exporting];
const [before, meanwhile, later] = [["1"], ["2"], ["3"]] as const;
const all = [...before, ...meanwhile, ...later];

/** Each file changes one record, and makes one of its own. */
function bodyOf(job: RecurringJob, name: string): string {
  const letter = job === ordered ? "o" : "u";
  return csv(`10${letter},${name},1`, `${letter}${name},x,1`);
}

async function push(ports: Ports, job: RecurringJob, name: string): Promise<Acceptance> {
  const body = bodyOf(job, name);
  const messageId = await enqueue(ports, job, { ...plainUpload, idempotencyKey: name, body: bytesOf(body) });
  return { activityId: job.activityId, messageId, sha256: createHash("sha256").update(body).digest("hex") };
}

/** The client's files come in, are imported, and go out to whoever fetches them. */
async function traffic(
  { ports, ground }: Pick<Place, "ports" | "ground">,
  names: readonly string[],
  isDead = () => false,
) {
  const accepted: Acceptance[] = [];
  for (const name of names) {
    for (const job of [ordered, others]) accepted.push(await push(ports, job, name));
    for (const job of jobs) {
      await runJobNow(ports, job.activityId, operator);
      await deliverWork(ports, ground, isDead);
    }
    await fetchingClient(exporting)({ ports: () => ports, deliveries: new Map() });
  }
  await runJobNow(ports, ordered.activityId, operator);
  return accepted;
}

/** Some of the same, until its process dies in front of that call. */
async function cutTraffic({ ground, clock }: Place, names: readonly string[], dieBefore: number): Promise<void> {
  const faulty = faultyGround(ground, { dieBefore });
  const ports = openHost(faulty.ground, clock);
  await traffic({ ports, ground }, names, faulty.isDead).catch((error: unknown) => {
    if (!faulty.isDead()) throw error;
  });
  clock.advance(1000);
}

/** Two rows at a time. */
function inSmallPages(ground: Ground): Ground {
  return {
    ...ground,
    table(name) {
      const table = ground.table(name);
      return { ...table, list: (key, range) => table.list(key, { ...range, limit: Math.min(2, range.limit) }) };
    },
  };
}

async function comeToRest({ ports, ground, clock }: Place): Promise<readonly string[]> {
  const scene = { ports, ground, jobs };
  for (let round = 0; round < 12; round++) {
    clock.advance(11 * 60_000);
    for (const { activityId } of round === 0 ? jobs : []) await runJobNow(ports, activityId, operator);
    await deliverWork(ports, ground, () => false);
    await keepUp(ports);
    await deliverWork(ports, ground, () => false);
    if (round > 3 && (await unfinished(scene)).length === 0) break;
  }
  return [...(await unfinished(scene)), ...(await loadProblems(scene))];
}

/** Each file is one message, which has ended well. */
async function unlike(ports: Ports, job: RecurringJob): Promise<readonly string[]> {
  const messages = (await messagesOf(ports, job.activityId)).filter(
    (message): message is InboundMessage => message.direction === "import",
  );
  const wrong = messages.flatMap(({ id, state }) => (state === "Processed" ? [] : [`message ${id} is ${state}`]));
  return messages.length === all.length ? wrong : [...wrong, `job ${job.name} has ${messages.length} messages`];
}

/** Each record is in the file of an export, which was acknowledged or waits for its client. */
async function undelivered(ports: Ports): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const message of await messagesOf(ports, exporting.activityId)) {
    if (message.direction === "import" || message.file === undefined) continue;
    rows.push(...((await exportedFiles(ports, message)).get("Customer groups.csv") ?? "").split("\r\n"));
  }
  const known = new Set(rows.map((row) => row.split(",")[0]));
  return (await recordsOf(ports)).flatMap(([key = ""]) => (known.has(key) ? [] : [`record ${key} was not exported`]));
}

interface Case {
  /** The call of the backup in front of which others come to work. */
  readonly at: number;
  /** Their call in front of which their process dies. */
  readonly dieBefore: number;
}

/** How many calls the backup made, and what is wrong where it was restored. */
async function backUpMeanwhile({ at, dieBefore }: Case) {
  const place = await openPlace(jobs);
  const accepted = await traffic(place, before);
  place.clock.advance(1000);
  const backup = memoryBackup();
  const { now } = place.clock;
  const watched = faultyGround(inSmallPages(place.ground), {
    before: async ({ index }) => {
      if (index === at) await cutTraffic(place, meanwhile, dieBefore);
    },
  });
  const silently = { id: importJobId, version: "0.0.0", now, tell: () => undefined };
  await takeBackup(watched.ground, backup, silently);

  const ground = memoryGround({ now });
  await restoreBackup(ground, backup.reader(), silently);
  const restored: Place = { ground, clock: place.clock, ports: openHost(ground, place.clock) };
  const scene = { ...restored, jobs };
  const wrong = [
    ...(await lostMessages(scene, accepted)),
    ...(await unlisted(scene)),
    ...(await loadProblems(scene)),
    ...(await orphans(scene)),
    ...(await comeToRest(restored)),
  ];
  for (const job of [ordered, others]) for (const name of all) await push(restored.ports, job, name);
  wrong.push(
    ...(await comeToRest(restored)),
    // What came in last goes out with the next run.
    ...(await comeToRest(restored)),
    ...(await accountingProblems(scene)),
    ...(await orderProblems(scene)),
    ...(await unlisted(scene)),
  );
  for (const job of [ordered, others]) wrong.push(...(await unlike(restored.ports, job)));
  const values = (await recordsOf(restored.ports)).map(([key, value]) => `${key} ${value}`);
  if (values.length !== 2 * all.length + 2) wrong.push(`there are ${values.length} records`);
  if (!values.includes(`10o ${all.at(-1)}`)) wrong.push("an older file was imported last");
  wrong.push(...(await undelivered(restored.ports)));
  const where = `in front of call ${at}, ${watched.calls[at]?.what}, until call ${dieBefore}`;
  return { calls: watched.calls.length, wrong: wrong.map((what) => `${where}: ${what}`) };
}

/** More than they make, so that they come to their end. */
const callsMax = 100_000;
/** Every one with `BACKUP_STEP=1`. */
const stepCalls = Number(env["BACKUP_STEP"] ?? 4);

test("a backup that is taken while hosts and clients are at work has all that was answered before, and each file ends once", async () => {
  const wrong: string[] = [];
  let calls = 1;
  for (let at = 0; at < calls; at += stepCalls) {
    const found = await backUpMeanwhile({ at, dieBefore: (at / stepCalls) % 2 === 0 ? callsMax : (at * 37) % 400 });
    calls = found.calls;
    wrong.push(...found.wrong);
  }

  expect(wrong).toEqual([]);
});
