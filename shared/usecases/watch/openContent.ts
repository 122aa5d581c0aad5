import { DomainError } from "../../domain/errors.ts";
import type { Message, Ports } from "../../ports.ts";
import { getMessage } from "./getMessage.ts";

export interface Content {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The bytes of a message: as they were received, or the package that an export made. Changes nothing of the message. */
export async function openContent(ports: Ports, messageId: string): Promise<Content> {
  const message = await getMessage(ports, messageId);
  const room = message.direction === "import" ? "inbound" : "outbound";
  const name = message.direction === "import" ? message.id : message.file;
  const facts = name === undefined ? undefined : await ports.files.findFacts(room, name);
  if (name === undefined || !facts) throw new DomainError("notFound", `Message ${messageId} has no file.`);
  const bytes = ports.files.read(room, name);
  return { fileName: await fileNameOf(ports, message), sizeBytes: facts.sizeBytes, bytes };
}

async function fileNameOf(ports: Ports, message: Message): Promise<string> {
  if (message.direction === "export") return `${message.id}.zip`;
  if (message.externalIdentifier !== undefined) return message.externalIdentifier;
  const job = await ports.definitions.find("job", message.activityId);
  return `${message.id}.${job?.value.source === "package" ? "zip" : "csv"}`;
}
