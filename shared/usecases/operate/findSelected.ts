import { DomainError } from "../../domain/errors.ts";
import type { Message, Ports } from "../../ports.ts";
import { getMessage } from "../watch/getMessage.ts";

const readsAtOnceMax = 16;

export interface Selected {
  readonly found: readonly Message[];
  readonly missing: readonly { readonly messageId: string; readonly refusal: DomainError }[];
}

/** The messages of any jobs that somebody chose by their ids, and which of them are not there. */
export async function findSelected(ports: Ports, messageIds: readonly string[]): Promise<Selected> {
  const [found, missing]: [Message[], Selected["missing"][number][]] = [[], []];
  for (let first = 0; first < messageIds.length; first += readsAtOnceMax) {
    const some = messageIds.slice(first, first + readsAtOnceMax);
    for (const one of await Promise.all(some.map((messageId) => findOne(ports, messageId)))) {
      if ("refusal" in one) missing.push(one);
      else found.push(one);
    }
  }
  return { found, missing };
}

async function findOne(ports: Ports, messageId: string): Promise<Message | Selected["missing"][number]> {
  try {
    return await getMessage(ports, messageId);
  } catch (error) {
    if (error instanceof DomainError) return { messageId, refusal: error };
    throw error;
  }
}
