import type { Execution } from "../../domain/execution.ts";
import { type InboundMessage, isFinalImport } from "../../domain/inboundMessage.ts";
import { executionIdsOf } from "../../domain/message.ts";
import { messageEnd } from "../../domain/standing.ts";
import type { Message } from "../../ports.ts";
import { containerNames, tableNames } from "../../storage/ground/names.ts";
import { endedMessages, endedPartition, endedRows } from "../../storage/lists/endedMessages.ts";
import type { Doubt, Finding } from "../finding.ts";
import { messagePlace } from "../places.ts";
import type { World } from "../world.ts";

/** The runs of a message are there, have an end when it has one, and add up. */
export async function judgeRuns(world: World, message: Message, isListed: boolean): Promise<readonly Doubt[]> {
  const { ports } = world;
  const find = async () => (await ports.messages.find(message.activityId, message.id))?.value;
  const found = await illsOf(world, message);
  const doubts = found.map((ill): Doubt => {
    const isStill = async () => {
      const again = await find();
      const ills = again ? await illsOf(world, again) : [];
      return ills.some(({ kind, place }) => kind === ill.kind && place === ill.place);
    };
    return { ...ill, isStill };
  });
  return isListed ? [...doubts, ...(await judgeList(world, message))] : doubts;
}

async function illsOf(world: World, message: Message): Promise<readonly Finding[]> {
  const ills: Finding[] = [];
  for (const id of executionIdsOf(message)) {
    const execution = await world.ports.executions.find(id);
    const place = `${containerNames.executions}/${id}/execution.json`;
    if (execution) ills.push(...(await illsOfRun(world, message, execution, place)));
    else if (id === message.executionId && isTold(message)) {
      const what = `The run of message ${messagePlace(message)} is not there.`;
      ills.push({ kind: "executionMissing", place, what, todo: "What it counted is lost; its records are stored." });
    }
  }
  return ills;
}

const ends = ["Processed", "ProcessedWithErrors", "PreProcessingError", "PostProcessingError"];

/** Whether its last run has told of itself. */
function isTold(message: Message): boolean {
  if (message.direction === "export") return message.isFileUploaded === true;
  return isFinalImport(message) && isRead(message);
}

/** False for what was refused, or given up, before its last execution read a record: it may have none. */
function isRead({ history }: InboundMessage): boolean {
  const ended = history.slice(0, -1).findLastIndex(({ state }) => ends.includes(state));
  return history.slice(ended + 1).some(({ state }) => state === "Processing");
}

async function illsOfRun(
  { ports }: World,
  message: Message,
  execution: Execution,
  place: string,
): Promise<readonly Finding[]> {
  const ills: Finding[] = [];
  if (message.direction === "export") return ills;
  if (isFinalImport(message) && execution.finishedAt === undefined) {
    const what = `The message has ended as ${message.state}, and this run of it has no end.`;
    ills.push({ kind: "executionUnended", place, what, todo: "Look at the message; retry it where it failed." });
  }
  if (execution.finishedAt === undefined) return ills;
  for (const { entity, created, updated, unchanged, failed, unprocessed, rowsRead, failedFile } of execution.entities) {
    const sum = created + updated + unchanged + failed + unprocessed;
    if (sum !== rowsRead) {
      const what = `Of ${rowsRead} rows that were read for ${entity}, ${sum} are accounted for.`;
      ills.push({ kind: "countsDiffer", place, what, todo: "Compare the file with what is stored, and report it." });
    }
    if (failedFile !== undefined && !(await ports.files.findFacts("executions", failedFile))) {
      const what = `The file of the records of ${entity} that failed is not there.`;
      const todo = "Its rows cannot be looked at or mended; retry all of the file.";
      ills.push({ kind: "fileMissing", place: `${containerNames.executions}/${failedFile}`, what, todo });
    }
  }
  return ills;
}

/** Who has ended is in the list of all that have. */
async function judgeList({ ground, ports }: World, message: Message): Promise<readonly Doubt[]> {
  const table = ground.table(tableNames.lists);
  const lacks = async (of: Message | undefined) => {
    const end = of && messageEnd(of);
    if (!of || !end) return undefined;
    const rows = endedRows({ activityId: of.activityId, messageId: of.id, end });
    for (const { rowKey } of rows) if (!(await table.find(endedPartition, rowKey))) return { of, end, rowKey };
    return undefined;
  };
  const found = await lacks(message);
  if (!found) return [];
  const again = async () => lacks((await ports.messages.find(message.activityId, message.id))?.value);
  return [
    {
      kind: "rowMissing",
      place: `${tableNames.lists}/${endedPartition}/${found.rowKey}`,
      what: `Message ${messagePlace(message)} has ended, and is not in the list of those that have.`,
      todo: "The page and the alerts do not show it.",
      isStill: async () => (await again()) !== undefined,
      mend: async () => {
        const still = await again();
        if (!still) return false;
        await endedMessages(ground, ports.messages, ports.clock).before(still.of, still.end, () => Promise.resolve());
        return true;
      },
    },
  ];
}
