import { ProgressBar } from "@fluentui/react-components";
import { useCallback } from "react";
import { Failure } from "../Failure.tsx";
import { countOf, countText } from "../figures.ts";
import { EachMessage } from "./EachMessage.tsx";
import { type ActName, messageActs } from "./messageActs.ts";
import type { Progress } from "./useBulk.ts";
import type { ForeseenMessage } from "./useForeseen.ts";

interface Props {
  readonly name: ActName;
  readonly messages: readonly ForeseenMessage[];
  readonly progress: Progress;
}

const none: readonly string[] = [];

/** How far it is, and what became of each message. */
export function ActOutcome({ name, messages, progress }: Props) {
  const { isRunning, outcomes, total, error, unknown = none } = progress;
  const refused = [...outcomes.values()].filter((whyNot) => whyNot !== "").length;
  const left = total - outcomes.size - unknown.length;
  const textOf = useCallback(
    ({ id, isAble, text }: ForeseenMessage): string => {
      const whyNot = outcomes.get(id);
      if (whyNot === "") return "Done.";
      if (whyNot !== undefined) return `Refused. ${whyNot}`;
      if (unknown.includes(id)) return "Not known, since no answer came. Look at it before you ask again.";
      if (!isAble) return `Not touched. ${text}`;
      return isRunning ? "Not yet." : "Left as it is.";
    },
    [outcomes, isRunning, unknown],
  );
  return (
    <>
      {isRunning && <ProgressBar aria-label="Progress" value={outcomes.size} max={total} />}
      <p role="status">
        {countText(outcomes.size - refused)} of {countOf(total, "message")} {messageActs[name].done}
        {refused > 0 && `, ${countText(refused)} refused`}
        {unknown.length > 0 && `, of ${countText(unknown.length)} it is not known`}
        {!isRunning && left > 0 && `; ${countText(left)} left as they are`}.
      </p>
      {error !== undefined && <Failure error={error} what="It ended before all were done" />}
      <EachMessage
        messages={isRunning ? messages : undoneFirst(messages, outcomes)}
        heading="What happened"
        textOf={textOf}
      />
    </>
  );
}

/** Once it has ended, what needs somebody's attention stands first. */
function undoneFirst(messages: readonly ForeseenMessage[], outcomes: Progress["outcomes"]): readonly ForeseenMessage[] {
  const isDone = ({ id }: ForeseenMessage): boolean => outcomes.get(id) === "";
  return messages.toSorted((one, other) => Number(isDone(one)) - Number(isDone(other)));
}
