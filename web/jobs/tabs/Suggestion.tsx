import { Button } from "@fluentui/react-components";
import { useState } from "react";
import type { Schemas } from "../../api/api.ts";
import { Ask } from "../../parts/Ask.tsx";
import { ForManagers } from "../../parts/Me.tsx";
import { RecurrencePreview } from "../../parts/recurrence/RecurrencePreview.tsx";
import { useAmendJob } from "../useAmendJob.ts";

interface Props {
  readonly activityId: string;
  readonly job: Schemas["Job"];
  readonly suggestion: NonNullable<Schemas["Load"]["suggestion"]>;
}

/** The interval that suits the load, and a button that applies it. */
export function Suggestion({ activityId, job, suggestion }: Props) {
  const [isAsking, setAsking] = useState(false);
  const { mutateAsync } = useAmendJob(activityId);
  const { processingRecurrence } = job;
  if (suggestion.kind === "notEnoughSamples" || !processingRecurrence) {
    return <p className="panel">{suggestion.reason}</p>;
  }
  const { minutes, reason } = suggestion;
  const { start, timeZone, end, frequency, interval } = processingRecurrence;
  const suggested = { start, timeZone, end, frequency: "minute", interval: minutes } as const;
  const isInForce = frequency === "minute" && interval === minutes;
  return (
    <section className="panel" aria-labelledby="suggestion">
      <h2 id="suggestion">Suggested interval: {minutesText(minutes)}</h2>
      <p>{reason}</p>
      <p>Now: {job.processingWords}</p>
      {isInForce ? (
        <p>That is what the job does.</p>
      ) : (
        <ForManagers>
          <Button onClick={() => setAsking(true)}>Apply the suggested interval</Button>
        </ForManagers>
      )}
      {isAsking && (
        <Ask
          title={`Run the job every ${minutesText(minutes)}?`}
          action="Apply"
          act={() => mutateAsync((draft) => ({ ...draft, processingRecurrence: suggested }))}
          close={() => setAsking(false)}
        >
          <p>In place of: {job.processingWords}.</p>
          <RecurrencePreview recurrence={suggested} />
        </Ask>
      )}
    </section>
  );
}

function minutesText(minutes: number): string {
  return minutes === 1 ? "minute" : `${minutes} minutes`;
}
