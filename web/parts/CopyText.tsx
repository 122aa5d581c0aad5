import { Button } from "@fluentui/react-components";
import { CheckmarkRegular, CopyRegular } from "@fluentui/react-icons";
import { useEffect, useState } from "react";

interface Props {
  readonly text: string;
  /** What is copied: "the activity id". */
  readonly what: string;
  /** What the button says in words, where a sign is not enough. */
  readonly shown?: string;
}

const doneMs = 2_000;

/** Text that somebody wants elsewhere, with a button that takes it there. */
export function CopyText({ text, what }: Omit<Props, "shown">) {
  return (
    <span className="copy">
      <code className="wrap">{text}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}

export function CopyButton({ text, what, shown }: Props) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), doneMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
  };
  const label = isDone ? "Copied" : `Copy ${what}`;
  const facts = { title: label, "aria-label": label, onClick: () => void copy() };
  const sign = isDone ? <CheckmarkRegular /> : <CopyRegular />;
  if (shown !== undefined) {
    return (
      <Button size="small" icon={sign} {...facts}>
        {shown}
      </Button>
    );
  }
  // Plain: of these there is one in each row of a table.
  return (
    <button type="button" className="copy-button" {...facts}>
      {sign}
    </button>
  );
}
