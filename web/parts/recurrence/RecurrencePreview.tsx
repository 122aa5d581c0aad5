import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { Failure } from "../Failure.tsx";
import { DueTimes } from "./DueTimes.tsx";
import { type Recurrence, usePreview } from "./usePreview.ts";

/** A recurrence in words, and when it is due next. */
export function RecurrencePreview({ recurrence }: { readonly recurrence: Recurrence }) {
  const { data, error, refetch } = usePreview(recurrence);
  if (error && !data) {
    return <Failure error={error} what="The due times are not known" retry={() => void refetch()} />;
  }
  if (!data) return <p className="faint">Reckoning the due times …</p>;
  const { problems, words, next, notes } = data;
  if (problems.length > 0) return <p className="faint">No due time yet: {problems[0]?.message}</p>;
  return (
    <div className="recurrence" role="status">
      <p className="recurrence-words">{words}</p>
      {notes.map(({ message }) => (
        <MessageBar key={message} intent="warning" layout="multiline">
          <MessageBarBody>{message}</MessageBarBody>
        </MessageBar>
      ))}
      <DueTimes times={next} timeZone={recurrence.timeZone ?? "UTC"} />
    </div>
  );
}
