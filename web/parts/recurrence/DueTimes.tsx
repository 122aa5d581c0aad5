import { useMemo } from "react";
import "./recurrence.css";

interface Props {
  readonly times: readonly string[];
  readonly timeZone: string;
}

/** Due times in the zone of their job, whose clock they go by, and in UTC for who points at them. */
export function DueTimes({ times, timeZone }: Props) {
  const format = useMemo(() => shapeOf(timeZone), [timeZone]);
  return (
    <ol className="due-times" aria-label="Next due times">
      {times.map((at) => (
        <li key={at}>
          <time dateTime={at} title={`${at.slice(0, 19).replace("T", " ")} UTC`}>
            {format.format(new Date(at))}
          </time>
        </li>
      ))}
    </ol>
  );
}

function shapeOf(timeZone: string): Intl.DateTimeFormat {
  const date = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;
  const shape = { ...date, hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" } as const;
  try {
    return new Intl.DateTimeFormat(undefined, { ...shape, timeZone });
  } catch {
    // The service knows a zone that this browser does not.
    return new Intl.DateTimeFormat(undefined, { ...shape, timeZone: "UTC" });
  }
}
