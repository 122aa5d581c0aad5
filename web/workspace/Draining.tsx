import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { countOf } from "../parts/figures.ts";
import { useOverview } from "./useOverview.ts";

/** Why nothing begins, where somebody told the service so; and when nothing goes on any more. */
export function Draining() {
  const draining = useOverview().data?.draining;
  if (draining === undefined) return null;
  const { isWithoutMessages, count, isAtLeast } = draining;
  const left = isWithoutMessages
    ? "No worker has a message any more; calls of webhooks and upkeep are not counted."
    : `Workers still have ${countOf(count, "message")}${isAtLeast ? " or more" : ""}.`;
  return (
    <MessageBar
      intent={isWithoutMessages ? "success" : "warning"}
      layout="multiline"
      role="status"
      className="draining"
    >
      <MessageBarBody>
        The service is draining: it takes files and serves them, and starts no work until DrainMode is off. {left}
      </MessageBarBody>
    </MessageBar>
  );
}
