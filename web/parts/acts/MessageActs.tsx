import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { ForManagers } from "../Me.tsx";
import { ActDialog } from "./ActDialog.tsx";
import { type ActName, actsOf, type Message, messageActs } from "./messageActs.ts";

interface Props {
  readonly messages: readonly Message[];
  /** Called when a question was closed: what was chosen may be let go. */
  readonly after?: () => void;
}

/** What a manager can do about messages: the acts that make sense for one of them at least. */
export function MessageActs({ messages, after }: Props) {
  const [asked, setAsked] = useState<ActName>();
  const names = [...new Set(messages.flatMap(actsOf))];
  return (
    <ForManagers>
      {names.map((name) => (
        <Button key={name} onClick={() => setAsked(name)}>
          {messageActs[name].text}
        </Button>
      ))}
      {asked && (
        <ActDialog
          name={asked}
          messages={messages}
          close={() => {
            setAsked(undefined);
            after?.();
          }}
        />
      )}
    </ForManagers>
  );
}
