import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { CopyButton } from "../parts/CopyText.tsx";
import { ForManagers } from "../parts/Me.tsx";

interface Props {
  /** As it can be copied. */
  readonly typed: string;
  readonly isBusy: boolean;
  readonly putBack: () => void;
}

/** What one looks at, or types, was taken out of the project meanwhile: it stays here until one leaves. */
export function GonePart({ typed, isBusy, putBack }: Props) {
  return (
    <MessageBar intent="warning" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>Somebody else took this entity out of the project</MessageBarTitle>
        Nothing of what you typed is lost as long as you stay here. It can be put back as you see it, but for its
        sample.
      </MessageBarBody>
      <MessageBarActions containerAction={<CopyButton text={typed} what="what is typed here" />}>
        <ForManagers>
          <Button disabled={isBusy} onClick={putBack}>
            Put it back
          </Button>
        </ForManagers>
      </MessageBarActions>
    </MessageBar>
  );
}
