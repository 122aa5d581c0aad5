import { createHash } from "node:crypto";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { OutboundMessage } from "../../domain/outboundMessage.ts";
import { openPackageZip } from "../../formats/zipReader.ts";
import type { FileRoom, Message, Ports } from "../../ports.ts";
import { isOver } from "../../usecases/retention/pruneMessages.ts";
import { removeMessage } from "../../usecases/retention/removeMessage.ts";
import type { Doubt, FindingKind } from "../finding.ts";
import { messagePlace } from "../places.ts";
import { whyUnreadable } from "../walk.ts";
import type { World } from "../world.ts";

/** What may be wrong with the bytes of a message. */
interface Ill {
  readonly kind: FindingKind;
  readonly place: string;
  readonly what: string;
}

/** The bytes of a message are there, as long as they were, and hold what they held. */
export async function judgeContent(world: World, message: Message): Promise<readonly Doubt[]> {
  const ill = await illOf(world, message);
  if (!ill) return [];
  const { ports } = world;
  const stored = () => ports.messages.find(message.activityId, message.id);
  const isStill = async () => {
    const again = await stored();
    return again !== undefined && (await illOf(world, again.value))?.kind === ill.kind;
  };
  if (ill.kind !== "payloadMissing" || !(await isPastRetention(ports, message))) {
    const todo = message.direction === "import" ? "Ask for the file once more." : "Run the export once more.";
    return [{ ...ill, todo, isStill }];
  }
  // The retention finds messages by their payloads.
  const mend = async () => {
    const again = await stored();
    return again !== undefined && (await isPastRetention(ports, again.value)) && removeMessage(ports, again);
  };
  const todo = "Its retention has ended, and goes by its payload: it stays for ever.";
  return [{ ...ill, todo, isStill, mend }];
}

function isPastRetention(ports: Ports, message: Message): Promise<boolean> {
  return isOver(ports, message, ports.clock.now() - ports.settings.retentionMs);
}

async function illOf(world: World, message: Message): Promise<Ill | undefined> {
  return message.direction === "import" ? illOfImport(world, message) : illOfExport(world, message);
}

async function illOfImport({ ports, isQuick }: World, message: InboundMessage): Promise<Ill | undefined> {
  const place = `inbound/${message.id}`;
  const facts = await ports.files.findFacts("inbound", message.id);
  if (!facts) return missing(place, message);
  const { sizeBytes } = facts;
  if (sizeBytes !== message.sizeBytes)
    return differs(place, `It has ${sizeBytes} bytes, and its message ${message.sizeBytes}.`);
  if (isQuick || message.isUnproven) return undefined;
  const hash = createHash("sha256");
  for await (const chunk of ports.files.read("inbound", message.id)) hash.update(chunk);
  if (hash.digest("hex") !== message.sha256) return differs(place, "It has not the SHA-256 that was accepted.");
  return undefined;
}

async function illOfExport({ ports, isQuick }: World, message: OutboundMessage): Promise<Ill | undefined> {
  const marker = await ports.files.findFacts("outbound", message.id);
  if (!marker) return missing(`outbound/${message.id}`, message);
  const { file, sizeBytes = 0 } = message;
  if (!message.isFileUploaded || file === undefined) return undefined;
  const place = `outbound/${file}`;
  const facts = await ports.files.findFacts("outbound", file);
  if (!facts)
    return { kind: "fileMissing", place, what: `The package of message ${messagePlace(message)} is not there.` };
  if (facts.sizeBytes !== sizeBytes)
    return differs(place, `It has ${facts.sizeBytes} bytes, and its message ${sizeBytes}.`);
  const why = isQuick ? undefined : await whyNoPackage(ports, "outbound", file, sizeBytes);
  return why === undefined ? undefined : differs(place, why);
}

/** Each file of it by its checksum. */
async function whyNoPackage(
  ports: Ports,
  room: FileRoom,
  name: string,
  sizeBytes: number,
): Promise<string | undefined> {
  try {
    const archive = await openPackageZip({
      sizeBytes,
      read: (offset, length) => ports.files.read(room, name, offset, length),
    });
    for (const entry of archive.entries) for await (const _ of archive.open(entry.name));
    return undefined;
  } catch (error) {
    return whyUnreadable(error);
  }
}

function missing(place: string, message: Message): Ill {
  return { kind: "payloadMissing", place, what: `The bytes of message ${messagePlace(message)} are not there.` };
}

function differs(place: string, what: string): Ill {
  return { kind: "contentDiffers", place, what };
}
