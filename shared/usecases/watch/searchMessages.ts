import { foldName } from "../../domain/foldName.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { FileRoom, Message, Ports } from "../../ports.ts";
import { allJobIds, allProjectRunsIds } from "./jobIds.ts";
import { readsAtOnceMax } from "./readsAtOnce.ts";

const foundMax = 100;
const pageFiles = 200;
const pagesMax = 10;

interface Found {
  readonly items: readonly Message[];
  /** There may be more than these. */
  readonly isCut: boolean;
}

interface Hit {
  readonly activityId: string;
  readonly messageId: string;
}

interface Hits {
  readonly hits: readonly Hit[];
  readonly isCut: boolean;
}

/** The messages whose ids begin so, newest first. Payloads are named by message id, so this costs what it finds. */
export async function findById(ports: Ports, beginning: string): Promise<Found> {
  const rooms: readonly FileRoom[] = ["inbound", "outbound"];
  return toFound(ports, await Promise.all(rooms.map((room) => listPayloads(ports, room, beginning))));
}

/** The imports that clients called so, or with more behind it, newest first. Costs a look at every job and project. */
export async function findByExternalIdentifier(ports: Ports, beginning: string): Promise<Found> {
  const ids = [...(await allJobIds(ports)), ...(await allProjectRunsIds(ports))];
  const hits = await inParallel(ids, readsAtOnceMax, async (activityId) => {
    const { ids: named, isCut } = await ports.messages.listNamed(activityId, beginning, foundMax + 1);
    return { hits: named.map((messageId) => ({ activityId, messageId })), isCut };
  });
  const found = await toFound(ports, hits);
  const folded = foldName(beginning);
  return { ...found, items: found.items.filter((message) => foldName(nameOf(message)).startsWith(folded)) };
}

function nameOf(message: Message): string {
  return (message.direction === "import" && message.externalIdentifier) || "";
}

/** The files of an export stand behind its marker, under the same id, and are no messages of their own. */
async function listPayloads(ports: Ports, room: FileRoom, beginning: string): Promise<Hits> {
  const hits: Hit[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax && hits.length <= foundMax; page++) {
    const request = { limit: pageFiles, ...(continuation !== undefined && { continuation }) };
    const found = await ports.files.list(room, beginning, request);
    for (const { name: messageId, activityId } of found.items) {
      if (activityId !== undefined && !messageId.includes("/")) hits.push({ activityId, messageId });
    }
    continuation = found.continuation;
    if (continuation === undefined) break;
  }
  return { hits, isCut: continuation !== undefined };
}

async function toFound(ports: Ports, all: readonly Hits[]): Promise<Found> {
  const hits = all.flatMap((each) => each.hits);
  // Ids sort by time.
  const newest = hits.toSorted((one, other) => (one.messageId > other.messageId ? -1 : 1)).slice(0, foundMax);
  const find = ({ activityId, messageId }: Hit) => ports.messages.find(activityId, messageId);
  const stored = await inParallel(newest, readsAtOnceMax, find);
  return {
    items: stored.flatMap((found) => found?.value ?? []),
    isCut: hits.length > newest.length || all.some(({ isCut }) => isCut),
  };
}
