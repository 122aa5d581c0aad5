import { Badge } from "@fluentui/react-components";
import type { Schemas } from "../api/api.ts";

type Message = Pick<Schemas["Message"], "state" | "parked" | "isBlocking">;

/** Colour says how it is, the words say it as well. */
const looks: Readonly<Record<Schemas["MessageState"], "success" | "warning" | "danger" | "informative" | "brand">> = {
  Enqueued: "brand",
  PreProcessing: "informative",
  Processing: "informative",
  Processed: "success",
  ProcessedWithErrors: "warning",
  PreProcessingError: "danger",
  PostProcessingError: "danger",
  Dequeued: "informative",
  Downloaded: "informative",
  Acked: "success",
  Discarded: "warning",
};

/** The state of a message, and that it waits for a person. */
export function StateBadge({ message: { state, parked, isBlocking } }: { readonly message: Message }) {
  return (
    <span className="badges">
      <Badge appearance="tint" color={looks[state]}>
        {stateText(state)}
      </Badge>
      {parked && (
        <Badge appearance="filled" color={parked.isReleased ? "informative" : "danger"}>
          {parked.isReleased ? "Released" : "Parked"}
        </Badge>
      )}
      {isBlocking && (
        <Badge appearance="filled" color="danger">
          Blocks its job
        </Badge>
      )}
    </span>
  );
}

/** "ProcessedWithErrors" as people read it. */
export function stateText(state: string): string {
  const words = state.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  return words.charAt(0) + words.slice(1).toLowerCase();
}
