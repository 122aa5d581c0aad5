import type { Schemas } from "../api/api.ts";
import { stateText } from "../parts/StateBadge.tsx";
import { durationText, Time } from "../parts/Time.tsx";

/** The states that a message went through, as a line of times. */
export function Life({ history }: { readonly history: Schemas["MessageDetail"]["history"] }) {
  return (
    <ol className="panel life" aria-label="Life of the message">
      {history.map(({ state, at, note }, index) => {
        const before = history[index - 1];
        return (
          <li key={`${state} ${at} ${index}`} className={`life-${state}`}>
            <strong>{stateText(state)}</strong>
            <Time at={at} />
            <span className="faint">
              {before ? `after ${durationText(Date.parse(at) - Date.parse(before.at))}` : "it came"}
              {note !== undefined && ` · ${note}`}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
