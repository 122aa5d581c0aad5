import { ProgressBar } from "@fluentui/react-components";
import { messageOf } from "../Failure.tsx";
import { countOf, countText } from "../figures.ts";
import { LongText } from "../LongText.tsx";
import { PageLink, viewOf } from "../PageLink.tsx";
import { type ActName, messageActs } from "./messageActs.ts";
import type { Progress } from "./useBulk.ts";

interface Props {
  readonly name: ActName;
  readonly progress: Progress;
}

/** How far it is, and which messages the service refused and why. */
export function ActOutcome({ name, progress: { isRunning, done, refused, total } }: Props) {
  const seen = done + refused.length;
  const left = total - seen;
  return (
    <>
      {isRunning && <ProgressBar aria-label="Progress" value={seen} max={total} />}
      <p role="status">
        {countText(done)} of {countOf(total, "message")} {messageActs[name].done}
        {refused.length > 0 && `, ${countText(refused.length)} refused`}
        {!isRunning && left > 0 && `; ${countText(left)} left as they are, because it was stopped`}.
      </p>
      {refused.length > 0 && (
        <div className="refused" role="region" aria-label="Refused" tabIndex={0}>
          <ul>
            {refused.map(({ message, error }) => (
              <li key={message.id}>
                <PageLink to={viewOf("messages", message.id)}>
                  <code>{message.id}</code>
                </PageLink>{" "}
                <LongText text={messageOf(error)} what="Why it was refused" charactersMax={600} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
