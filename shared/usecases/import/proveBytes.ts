import { createHash } from "node:crypto";
import { DomainError } from "../../domain/errors.ts";
import { type InboundMessage, prove } from "../../domain/inboundMessage.ts";
import type { Ports } from "../../ports.ts";
import { type Held, keepWhile } from "../attempt/holdMessage.ts";

/**
 * Reads the bytes of a message whose hash is only what its client told, and notes that they have it: before anything is
 * imported of them, once. Throws `unprocessable` for other bytes.
 */
export async function proveBytes(ports: Ports, held: Held<InboundMessage>): Promise<void> {
  const { id, sha256, isUnproven } = held.message();
  if (!isUnproven) return;
  const found = await keepWhile(ports, held, () => hashOf(ports.files.read("inbound", id)));
  if (found !== sha256) throw otherBytes(sha256, found);
  await held.save(prove(held.message()));
}

async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest("hex");
}

function otherBytes(told: string, found: string): DomainError {
  const message = `The file that arrived has the SHA-256 ${found}, but its client told ${told}: something of it was changed on its way. Nothing was imported; send it again.`;
  return new DomainError("unprocessable", message);
}
