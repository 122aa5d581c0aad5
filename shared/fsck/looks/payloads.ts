import type { FileItem, FileRoom } from "../../ports.ts";
import { activityKey } from "../../storage/messages/files.ts";
import { containerNames } from "../../storage/ground/names.ts";
import { isOver, prunePayload } from "../../usecases/retention/pruneMessages.ts";
import type { Doubt } from "../finding.ts";
import { blobsOf, judgeEach } from "../walk.ts";
import type { World } from "../world.ts";

const rooms = ["inbound", "outbound"] as const;
/** What has just become old enough is looked for in windows, which the upkeep comes by several times. */
const windowsMs = 2 * 60 * 60_000;
/** All of them are looked at once a day. */
const overdueMs = 2 * 24 * 60 * 60_000;

/** Payloads that no message names, and those that should have gone with theirs. */
export async function* lookAtPayloads(world: World): AsyncGenerator<Doubt> {
  for (const room of rooms) {
    yield* judgeEach(itemsOf(world, room), {
      placeOf: ({ name }) => `${room}/${name}`,
      seen: world.seen,
      judge: (item) => (item.name.includes("/") ? judgeFile(world, room, item) : judgePayload(world, room, item)),
    });
  }
}

async function* itemsOf({ ground }: World, room: FileRoom): AsyncGenerator<FileItem> {
  for await (const { name, metadata, ...facts } of blobsOf(ground.blobs(containerNames[room]))) {
    const activityId = metadata[activityKey];
    yield { name, ...facts, ...(activityId !== undefined && { activityId }) };
  }
}

async function judgePayload(world: World, room: FileRoom, item: FileItem): Promise<readonly Doubt[]> {
  const why = await whyLeft(world, item);
  if (why === undefined) return [];
  const { ports } = world;
  const again = async () => {
    const facts = await ports.files.findFacts(room, item.name);
    return facts && (await whyLeft(world, { name: item.name, ...facts })) ? { name: item.name, ...facts } : undefined;
  };
  return [
    {
      ...why,
      place: `${room}/${item.name}`,
      isStill: async () => (await again()) !== undefined,
      mend: async () => {
        const left = await again();
        if (left) await prunePayload(ports, room, left, ports.clock.now() - ports.settings.retentionMs);
        return left !== undefined && (await ports.files.findFacts(room, item.name)) === undefined;
      },
    },
  ];
}

async function whyLeft({ ports }: World, { name, activityId, createdAt }: FileItem) {
  const now = ports.clock.now();
  const { orphanAfterMs, retentionMs } = ports.settings;
  const stored = activityId === undefined ? undefined : await ports.messages.find(activityId, name);
  if (!stored) {
    if (createdAt >= now - orphanAfterMs - windowsMs) return undefined;
    const what = "No message names it: its enqueue, or the removal of its message, was cut off.";
    return { kind: "payloadOfNobody", what, todo: "The upkeep removes it when its retention ends." } as const;
  }
  if (!(await isOver(ports, stored.value, now - retentionMs - overdueMs))) return undefined;
  const what = "The retention of its message has ended days ago, and it is still there.";
  return { kind: "messageOverdue", what, todo: "Look whether the service and its upkeep run." } as const;
}

/** The files of a message stand behind its marker, and go with that. */
async function judgeFile({ ports }: World, room: FileRoom, item: FileItem): Promise<readonly Doubt[]> {
  const marker = item.name.slice(0, item.name.indexOf("/"));
  const isYoung = item.createdAt >= ports.clock.now() - ports.settings.orphanAfterMs - windowsMs;
  const isLeft = async () => (await ports.files.findFacts(room, marker)) === undefined;
  if (isYoung || !(await isLeft())) return [];
  return [
    {
      kind: "payloadOfNobody",
      place: `${room}/${item.name}`,
      what: `It is a file of "${marker}", which is not there: nobody would ever remove it.`,
      todo: "Remove it.",
      isStill: async () => (await isLeft()) && (await ports.files.findFacts(room, item.name))?.etag === item.etag,
      mend: async () => {
        if (!(await isLeft())) return false;
        await ports.files.remove(room, item.name);
        return true;
      },
    },
  ];
}
