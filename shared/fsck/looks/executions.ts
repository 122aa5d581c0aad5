import { executionIdsOf } from "../../domain/message.ts";
import type { Execution } from "../../domain/execution.ts";
import type { BlobItem } from "../../storage/ground/ground.ts";
import { containerNames, tableNames } from "../../storage/ground/names.ts";
import { executionList, executionPartition, executionRows } from "../../storage/lists/executionList.ts";
import { isSampleFile } from "../../usecases/definitions/projectSamples.ts";
import type { Doubt } from "../finding.ts";
import { blobsOf, judgeEach } from "../walk.ts";
import type { World } from "../world.ts";

const bodyName = "execution.json";
/** Whoever has it may have stood still; a message that is to come has come by then, or was given up. */
const leftAfterMs = 24 * 60 * 60_000;

/** The newest of the blobs of one execution: somebody wrote there as late as that. */
interface Folder {
  readonly id: string;
  readonly writtenAt: number;
}

/** Runs that no message names, and what is left of them; and runs that are in no list. */
export async function* lookAtExecutions(world: World): AsyncGenerator<Doubt> {
  const { ground, seen } = world;
  yield* judgeEach(foldersOf(blobsOf(ground.blobs(containerNames.executions))), {
    placeOf: ({ id }) => `${containerNames.executions}/${id}/${bodyName}`,
    seen,
    judge: (folder) => judgeExecution(world, folder),
  });
  yield* judgeEach(foldersOf(blobsOf(ground.blobs(containerNames.staging))), {
    placeOf: ({ id }) => `${containerNames.staging}/${id}/`,
    seen,
    judge: (folder) => judgeStaging(world, folder),
  });
}

async function* foldersOf(blobs: AsyncIterable<BlobItem>): AsyncGenerator<Folder> {
  let folder: Folder | undefined;
  for await (const { name, createdAt } of blobs) {
    if (isSampleFile(name)) continue;
    const id = name.split("/", 1)[0] ?? "";
    if (folder && folder.id !== id) yield folder;
    folder = { id, writtenAt: Math.max(createdAt, folder?.id === id ? folder.writtenAt : 0) };
  }
  if (folder) yield folder;
}

async function judgeExecution(world: World, folder: Folder): Promise<readonly Doubt[]> {
  const { ports } = world;
  const execution = await ports.executions.find(folder.id);
  if (execution && (await isNamed(world, execution))) return judgeList(world, execution);
  if (folder.writtenAt >= ports.clock.now() - leftAfterMs) return [];
  const isLeft = async () => {
    const again = await ports.executions.find(folder.id);
    return again === undefined || !(await isNamed(world, again));
  };
  return [
    {
      kind: "executionOfNobody",
      place: `${containerNames.executions}/${folder.id}/`,
      what: execution ? "No message names this run." : "There are files of a run that is not there.",
      todo: "Its message is gone: nobody would ever remove it.",
      isStill: isLeft,
      mend: async () => {
        if (!(await isLeft())) return false;
        await ports.staging.discardAll(folder.id);
        await ports.executions.remove(folder.id);
        return true;
      },
    },
  ];
}

async function isNamed({ ports }: World, { id, activityId, messageId }: Execution): Promise<boolean> {
  const message = (await ports.messages.find(activityId, messageId))?.value;
  return message !== undefined && executionIdsOf(message).includes(id);
}

async function judgeStaging({ ports }: World, { id, writtenAt }: Folder): Promise<readonly Doubt[]> {
  if (writtenAt >= ports.clock.now() - leftAfterMs) return [];
  const isLeft = async () => (await ports.executions.find(id)) === undefined;
  if (!(await isLeft())) return [];
  return [
    {
      kind: "stagingOfNobody",
      place: `${containerNames.staging}/${id}/`,
      what: "It is what a run kept in staging, and that run is not there.",
      todo: "Nobody would ever remove it.",
      isStill: isLeft,
      mend: async () => {
        if (!(await isLeft())) return false;
        await ports.staging.discardAll(id);
        return true;
      },
    },
  ];
}

/** Where it began it stands in the lists of all runs, of its project and of its job. */
async function judgeList({ ground, ports }: World, execution: Execution): Promise<readonly Doubt[]> {
  const table = ground.table(tableNames.lists);
  const lacking = async (of: Execution | undefined) => {
    for (const { rowKey } of of ? executionRows(of) : []) {
      if (!(await table.find(executionPartition, rowKey))) return rowKey;
    }
    return undefined;
  };
  const rowKey = await lacking(execution);
  if (rowKey === undefined) return [];
  return [
    {
      kind: "rowMissing",
      place: `${tableNames.lists}/${executionPartition}/${rowKey}`,
      what: `Run ${execution.id} is not in the list of all runs.`,
      todo: "The page does not show it there.",
      isStill: async () => (await lacking(await ports.executions.find(execution.id))) !== undefined,
      mend: async () => {
        const again = await ports.executions.find(execution.id);
        if (!again) return false;
        await executionList(ground, ports.clock).before(again, () => Promise.resolve());
        return true;
      },
    },
  ];
}
