import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { MendedRows } from "../../domain/mendedRows.ts";
import type { MessageState } from "../../domain/message.ts";
import type { Ports } from "../../ports.ts";

/** Rows that somebody mended, and how the message stands that brings them. */
export interface MendInState {
  readonly rows: MendedRows;
  /** Undefined where the retention has taken it. */
  readonly state: MessageState | undefined;
}

/** What was decided about rejected rows of a message, and what has become of it. */
export async function mendsInState(
  ports: Ports,
  { activityId, mendedBy = [] }: InboundMessage,
): Promise<readonly MendInState[]> {
  const found = await Promise.all(mendedBy.map(({ messageId }) => ports.messages.find(activityId, messageId)));
  return mendedBy.map((rows, index) => ({ rows, state: found[index]?.value.state }));
}

/** Those whose message somebody discarded came to nothing, and are rejected rows as before. */
export async function livingMends(ports: Ports, message: InboundMessage): Promise<readonly MendedRows[]> {
  const mends = await mendsInState(ports, message);
  return mends.filter(({ state }) => state !== "Discarded").map(({ rows }) => rows);
}
