import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { getExecution } from "./getExecution.ts";
import { type Content, openContent } from "./openContent.ts";

/** The package that an export made. `notFound` for one that made none, or has not come to that; `gone` for a run before the last. */
export async function openExported(ports: Ports, executionId: string): Promise<Content> {
  const { messageId, activityId, direction } = await getExecution(ports, executionId);
  const message = (await ports.messages.find(activityId, messageId))?.value;
  if (direction === "import") throw new DomainError("notFound", "An import makes no package: ask for its results.");
  if (message?.executionId === executionId) return openContent(ports, messageId);
  throw new DomainError("gone", `Execution ${executionId} has no package any more: its message has run again since.`);
}
