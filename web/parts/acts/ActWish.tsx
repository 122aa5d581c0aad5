import { Checkbox, Field, Input, Radio, RadioGroup, Textarea } from "@fluentui/react-components";
import { useState } from "react";
import type { ActName, Message, Wish } from "./messageActs.ts";

interface Props {
  readonly name: ActName;
  readonly messages: readonly Message[];
  readonly wish: Wish;
  readonly change: (wish: Wish) => void;
}

const typed = "discard";

/** What one can choose about an act, and what it needs to know. */
export function ActWish({ name, messages, wish, change }: Props) {
  if (name === "retry") return <RetryWish messages={messages} wish={wish} change={change} />;
  if (name === "discard") return <DiscardWish wish={wish} change={change} />;
  return null;
}

/** Whether all is said that the act needs. */
export function isWhole(name: ActName, { reason }: Wish): boolean {
  return name !== "discard" || reason.trim() !== "";
}

function RetryWish({ messages, wish, change }: Omit<Props, "name">) {
  return (
    <>
      {messages.some(({ state }) => state === "ProcessedWithErrors") && (
        <Field label="Which rows">
          <RadioGroup
            value={wish.rows}
            onChange={(_, { value }) => change({ ...wish, rows: value === "rejected" ? "rejected" : "all" })}
          >
            <Radio value="rejected" label="The rejected rows alone" />
            <Radio value="all" label="The whole file" />
          </RadioGroup>
        </Field>
      )}
      {wish.rows === "all" && messages.some(({ direction }) => direction === "import") && (
        <Checkbox
          checked={wish.isForced}
          onChange={(_, { checked }) => change({ ...wish, isForced: checked === true })}
          label="Also where a later message may be in the same records, whose values are written over"
        />
      )}
    </>
  );
}

function DiscardWish({ wish, change }: Pick<Props, "wish" | "change">) {
  const [reason, setReason] = useState("");
  const [text, setText] = useState("");
  const tell = (nextReason: string, nextText: string): void => {
    setReason(nextReason);
    setText(nextText);
    change({ ...wish, reason: nextText.trim() === typed ? nextReason.trim() : "" });
  };
  return (
    <>
      <Field label="Why" required hint="It stands in the audit trail and at the message.">
        <Textarea value={reason} maxLength={1_000} onChange={(_, { value }) => tell(value, text)} />
      </Field>
      <Field label={`It cannot be undone: to go on, type ${typed}`} required>
        <Input value={text} onChange={(_, { value }) => tell(reason, value)} />
      </Field>
    </>
  );
}
