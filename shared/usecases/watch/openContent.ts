import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { RunOrder } from "../../domain/runOrder.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { FileFacts, Message, Ports, Slice } from "../../ports.ts";
import { findOrder } from "../orders/findOrder.ts";
import { findFormat } from "../definitions/loadDefinitions.ts";
import { getMessage } from "./getMessage.ts";

export interface Content {
  readonly fileName: string;
  readonly facts: FileFacts;
  readonly read: (slice?: Slice) => AsyncIterable<Uint8Array>;
}

/**
 * The bytes of a message: as they were received, or the package that an export made. Changes nothing of the message.
 * `notFound` for a message that never had any, `gone` when storage has lost them.
 */
export async function openContent(ports: Ports, messageId: string): Promise<Content> {
  const message = await getMessage(ports, messageId);
  const room = message.direction === "import" ? "inbound" : "outbound";
  const name = message.direction === "import" ? message.id : message.file;
  if (name === undefined) throw new DomainError("notFound", `Message ${messageId} has no file.`);
  const facts = await ports.files.findFacts(room, name);
  if (!facts) throw new DomainError("gone", `The file of message ${messageId} is no longer stored.`);
  const read = (slice?: Slice) => ports.files.read(room, name, slice?.offset, slice?.length);
  return { fileName: await fileNameOf(ports, message), facts, read };
}

async function fileNameOf(ports: Ports, message: Message): Promise<string> {
  if (message.direction === "export") return `${message.ownOrder?.project ?? message.id}.zip`;
  if (message.externalIdentifier !== undefined) return message.externalIdentifier;
  const given = await findOrder(ports, message);
  return `${message.id}.${given?.order.source === "package" ? "zip" : await extensionOf(ports, given?.order, message)}`;
}

/** Of the format that the entity's line has now. */
async function extensionOf(ports: Ports, order: RunOrder | undefined, { entity }: InboundMessage): Promise<string> {
  const project = order && (await ports.definitions.find("project", order.project));
  const line = project?.value.lines.find((each) => isSameName(each.entity, entity ?? ""));
  const format = line && (await findFormat(ports, line.format));
  return format ? fileFormatOf(format.value).extension : "csv";
}
