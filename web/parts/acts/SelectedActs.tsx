import { countText } from "../figures.ts";
import { ForManagers } from "../Me.tsx";
import { ManyMessageActs } from "./MessageActs.tsx";
import type { Message } from "./messageActs.ts";

/** How many messages of a list are chosen, and what a manager can do about them. */
export function SelectedActs({
  messages,
  after,
}: {
  readonly messages: readonly Message[];
  readonly after: () => void;
}) {
  return (
    <ForManagers>
      <div className="bulk" role="group" aria-label="Selected messages">
        <span role="status">{messages.length === 0 ? "None selected" : `${countText(messages.length)} selected`}</span>
        <ManyMessageActs messages={messages} after={after} />
      </div>
    </ForManagers>
  );
}
