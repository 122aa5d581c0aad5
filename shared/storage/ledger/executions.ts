import type { Execution, ExecutionVersions } from "../../domain/execution.ts";
import type { Executions } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { Blobs, Ground } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { containerNames } from "../ground/names.ts";
import type { ExecutionList } from "../lists/executionList.ts";
import { parseObject } from "../rows/storedJson.ts";

/** GUIDs, and the hashes of ids that callers of the package API make up. */
const idPattern = /^[0-9a-z-]{1,100}$/;
const pageBlobs = 200;
const pagesMax = 1000;
const removalsAtOnceMax = 8;

/** An execution is one blob beside its result files, all under the execution's id, and stands in the list of all before. */
export function executionsStore(ground: Ground, listed: ExecutionList): Executions {
  const blobs = ground.blobs(containerNames.executions);
  return {
    async reserve(execution, over) {
      requireId(execution.id);
      return reserveOnce(blobs, listed, execution, over);
    },
    giveUp: (executionId, messageId) => giveUp(blobs, listed, executionId, messageId),
    async begin(execution) {
      requireId(execution.id);
      return listed.before(execution, () => beginOnce(blobs, execution));
    },
    async save(execution) {
      requireId(execution.id);
      return saveUnlessOlder(blobs, listed, execution);
    },
    takeOver: (executionId, fence) => takeOver(blobs, executionId, fence),
    async find(executionId) {
      if (!idPattern.test(executionId)) return undefined;
      return findExecution(blobs, executionId);
    },
    async remove(executionId) {
      if (!idPattern.test(executionId)) return;
      const execution = await findExecution(blobs, executionId);
      await removeAll(blobs, executionId);
      if (execution) await listed.settle(execution, () => Promise.resolve(false));
    },
  };
}

function requireId(executionId: string): void {
  if (!idPattern.test(executionId)) throw new RangeError("An execution id is a lower-case GUID or a hash.");
}

async function reserveOnce(
  blobs: Blobs,
  listed: ExecutionList,
  execution: Execution,
  over: string | undefined,
): Promise<Execution> {
  const name = bodyName(execution.id);
  const bytes = Buffer.from(JSON.stringify(execution), "utf8");
  let found: Awaited<ReturnType<Blobs["find"]>>;
  return listed.before(execution, async () =>
    untilWon(`Execution ${execution.id}`, async () => {
      const holder = found && readExecution(execution.id, found.bytes);
      if (holder && holder.messageId !== over) return holder;
      if (await blobs.put(name, bytes, { condition: found ? { etag: found.etag } : "new" })) return execution;
      found = await blobs.find(name);
      return lost;
    }),
  );
}

async function giveUp(blobs: Blobs, listed: ExecutionList, executionId: string, messageId: string): Promise<void> {
  const found = idPattern.test(executionId) ? await blobs.find(bodyName(executionId)) : undefined;
  const execution = found && readExecution(executionId, found.bytes);
  if (!found || !execution || execution.messageId !== messageId || fenceOf(execution) > 0) return;
  if (!(await blobs.remove(bodyName(executionId), found.etag))) return;
  await listed.settle(execution, () => Promise.resolve(false));
}

async function beginOnce(
  blobs: Blobs,
  execution: Execution & { readonly versions: ExecutionVersions },
): Promise<ExecutionVersions> {
  const name = bodyName(execution.id);
  const bytes = Buffer.from(JSON.stringify(execution), "utf8");
  // An execution begins once as a rule, so what stands there is read only after it stood in the way.
  let found: Awaited<ReturnType<Blobs["find"]>>;
  return untilWon(`Execution ${execution.id}`, async () => {
    const versions = found && readExecution(execution.id, found.bytes).versions;
    if (versions) return versions;
    if (await blobs.put(name, bytes, { condition: found ? { etag: found.etag } : "new" })) return execution.versions;
    found = await blobs.find(name);
    return lost;
  });
}

/** A worker that lost its message may still save, and must not write over the attempt that took it over. */
async function saveUnlessOlder(blobs: Blobs, listed: ExecutionList, execution: Execution): Promise<boolean> {
  const name = bodyName(execution.id);
  const bytes = Buffer.from(JSON.stringify(execution), "utf8");
  return untilWon(`Execution ${execution.id}`, async () => {
    const found = await blobs.find(name);
    const before = found && readExecution(execution.id, found.bytes);
    if (before && fenceOf(before) > fenceOf(execution)) return false;
    const put = () => blobs.put(name, bytes, { condition: found ? { etag: found.etag } : "new" });
    // Each attempt begins at a time of its own, under which the list has it.
    const etag = await (before?.startedAt === execution.startedAt ? put() : listed.before(execution, put));
    return etag !== undefined || lost;
  });
}

async function findExecution(blobs: Blobs, executionId: string): Promise<Execution | undefined> {
  const blob = await blobs.find(bodyName(executionId));
  return blob && readExecution(executionId, blob.bytes);
}

/** Both meet at the blob's ETag: what is answered is the last that an earlier attempt has saved. */
async function takeOver(blobs: Blobs, executionId: string, fence: number): Promise<Execution | undefined> {
  const name = bodyName(executionId);
  return untilWon(`Execution ${executionId}`, async () => {
    const found = idPattern.test(executionId) ? await blobs.find(name) : undefined;
    const execution = found && readExecution(executionId, found.bytes);
    if (!found || !execution || fenceOf(execution) >= fence) return execution;
    const bytes = Buffer.from(JSON.stringify({ ...execution, fence }), "utf8");
    const etag = await blobs.put(name, bytes, { condition: { etag: found.etag } });
    return etag === undefined ? lost : { ...execution, fence };
  });
}

/** What an earlier release wrote is older than whatever this one writes. */
function fenceOf({ fence = 0 }: Execution): number {
  return fence;
}

function bodyName(executionId: string): string {
  return `${executionId}/execution.json`;
}

function readExecution(executionId: string, bytes: Uint8Array): Execution {
  const where = `Blob ${bodyName(executionId)} of container ${containerNames.executions}`;
  return parseObject<Execution>(where, Buffer.from(bytes).toString("utf8"), [
    "id",
    "messageId",
    "entities",
    "warnings",
  ]);
}

/** The execution itself goes last: after a crash it still says that there is something to remove. */
async function removeAll(blobs: Blobs, executionId: string): Promise<void> {
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const rest = continuation === undefined ? {} : { continuation };
    const page = await blobs.list(`${executionId}/`, { limit: pageBlobs, ...rest });
    const files = page.items.filter((item) => item.name !== bodyName(executionId));
    await inParallel(files, removalsAtOnceMax, (file) => blobs.remove(file.name));
    continuation = page.continuation;
    if (continuation === undefined) break;
  }
  if (continuation !== undefined) throw new Error(`Execution ${executionId} has more files than one removal takes.`);
  await blobs.remove(bodyName(executionId));
}
