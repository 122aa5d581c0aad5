import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { MendedRows } from "../../domain/mendedRows.ts";
import type { Ports } from "../../ports.ts";

/**
 * What was decided about rejected rows of a message. Those whose message somebody discarded came to nothing, and are
 * rejected rows as before.
 */
export async function livingMends(ports: Ports, message: InboundMessage): Promise<readonly MendedRows[]> {
  const { activityId, mendedBy = [] } = message;
  const found = await Promise.all(mendedBy.map(({ messageId }) => ports.messages.find(activityId, messageId)));
  return mendedBy.filter((_, index) => found[index]?.value.state !== "Discarded");
}
