import { countOf } from "../figures.ts";
import { type ActName, type Message, messageActs, type Wish } from "./messageActs.ts";

interface Props {
  readonly name: ActName;
  readonly messages: readonly Message[];
  readonly wish: Wish;
}

/** What would become of the messages, and which of them stay as they are. */
export function ActPreview({ name, messages, wish }: Props) {
  const { whyNot } = messageActs[name];
  const reasons = messages.flatMap((message) => whyNot(message, wish) ?? []);
  const able = messages.length - reasons.length;
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return (
    <>
      {able > 0 && (
        <p>
          {messages.length > 1 && <strong>{countOf(able, "message")}: </strong>}
          {effectOf(name, wish)}
        </p>
      )}
      {counts.size > 0 && (
        <ul>
          {[...counts].map(([reason, count]) => (
            <li key={reason}>
              {countOf(count, "message")} not touched: it {reason}.
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function effectOf(name: ActName, { rows }: Wish): string {
  switch (name) {
    case "retry":
      return rows === "rejected"
        ? "A new run reads the rows alone that the last one rejected, by the newest definitions. All other rows stay as they are; those that somebody mended are left to their mend."
        : "A new run reads the whole file from its original bytes, by the newest definitions; a failed export runs again. Records that are there are updated.";
    case "release":
      return "The job goes on with the next message. This one is set aside as parked with its bytes, and may be retried later.";
    case "redeliver":
      return "The next dequeue gets the file as a new delivery. A client that took it before gets it a second time.";
    case "download":
      return "The file is saved where your browser saves files. Nothing changes.";
    case "discard":
      return "It is given up for good: no run and no client gets it any more, and nothing brings it back. What its runs have stored stays stored; its file can be downloaded until its retention ends.";
  }
}
