import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { countText } from "../figures.ts";
import { ForManagers } from "../Me.tsx";
import { ActDialog } from "./ActDialog.tsx";
import { type ActName, type Message, messageActs, suitedTo } from "./messageActs.ts";

interface Props {
  readonly messages: readonly Message[];
  /** Called when something was done: what was chosen may be let go. */
  readonly after?: () => void;
}

const changes: readonly ActName[] = ["retry", "release", "redeliver", "discard"];

/** What a manager can do about one message; its file is beside it. */
export function MessageActs({ messages, after }: Props) {
  return <Acts names={changes} messages={messages} {...(after && { after })} textOf={(text) => text} />;
}

/** What a manager can do about the messages of a list; each button says about how many of them. */
export function ManyMessageActs({ messages, after }: Props) {
  return (
    <Acts
      names={[...changes, "download"]}
      messages={messages}
      {...(after && { after })}
      textOf={(text, count) => `${text} (${countText(count)})`}
    />
  );
}

interface ActsProps extends Props {
  readonly names: readonly ActName[];
  readonly textOf: (text: string, count: number) => string;
}

function Acts({ names, messages, after, textOf }: ActsProps) {
  const [asked, setAsked] = useState<{ readonly name: ActName; readonly messages: readonly Message[] }>();
  return (
    <ForManagers>
      {names.map((name) => {
        const able = suitedTo(name, messages);
        return (
          able.length > 0 && (
            <Button key={name} onClick={() => setAsked({ name, messages: able })}>
              {textOf(messageActs[name].text, able.length)}
            </Button>
          )
        );
      })}
      {asked && (
        <ActDialog
          {...asked}
          close={(isDone) => {
            setAsked(undefined);
            if (isDone) after?.();
          }}
        />
      )}
    </ForManagers>
  );
}
