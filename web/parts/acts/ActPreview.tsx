import { countOf } from "../figures.ts";
import { LongText } from "../LongText.tsx";
import { EachMessage } from "./EachMessage.tsx";
import type { ForeseenMessage } from "./useForeseen.ts";

interface Props {
  readonly messages: readonly ForeseenMessage[];
}

const textOf = ({ isAble, text, rowCount }: ForeseenMessage): string => {
  if (!isAble) return `Not touched. ${text}`;
  return rowCount === undefined ? text : `${countOf(rowCount, "row")}. ${text}`;
};

/** What would become of the messages, in all and one by one. */
export function ActPreview({ messages }: Props) {
  const [only] = messages;
  if (messages.length === 1 && only) {
    return (
      <p>
        <LongText text={textOf(only)} what="What will happen" charactersMax={2_000} />
      </p>
    );
  }
  const effects = new Map<string, number>();
  const able = messages.filter(({ isAble }) => isAble);
  const refused = messages.filter(({ isAble }) => !isAble);
  for (const { text } of able) effects.set(text, (effects.get(text) ?? 0) + 1);
  return (
    <>
      <div role="status">
        <ul>
          {[...effects].map(([effect, count]) => (
            <li key={effect}>
              <strong>{countOf(count, "message")}:</strong> {effect}
            </li>
          ))}
          {refused.length > 0 && (
            <li>
              <strong>{countOf(refused.length, "message")} not touched;</strong> why stands below.
            </li>
          )}
        </ul>
      </div>
      <EachMessage messages={[...refused, ...able]} heading="What will happen" textOf={textOf} />
    </>
  );
}
