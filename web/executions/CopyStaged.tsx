import { Button, Checkbox, MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useState } from "react";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Ask } from "../parts/Ask.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";

/** Lets a run take the rows in staging: to validate them alone, or to copy those that are good. */
export function CopyStaged({ messageId }: { readonly messageId: string }) {
  const api = useApi();
  const [asked, setAsked] = useState<"validate" | "copy">();
  const [isForced, setForced] = useState(false);
  const request = useChange(async (execute: boolean) => {
    const query = { rows: "staged", execute, force: isForced } as const;
    return read(await api.POST("/manage/api/messages/{id}/retry", { params: { path: { id: messageId }, query } }));
  });
  const close = (): void => setAsked(undefined);
  return (
    <>
      <Button onClick={() => setAsked("validate")}>Validate all</Button>
      <Button appearance="primary" onClick={() => setAsked("copy")}>
        Copy data to target
      </Button>
      {request.isSuccess && (
        <MessageBar intent="success">
          <MessageBarBody>
            It is asked for. The <PageLink to={viewOf("messages", messageId)}>message</PageLink> shows how it goes.
          </MessageBarBody>
        </MessageBar>
      )}
      {asked === "validate" && (
        <Ask
          title="Validate all rows in staging?"
          action="Validate all"
          act={() => request.mutateAsync(false)}
          close={close}
        >
          <p>
            A run of its own validates the rows of all entities anew by the newest definitions, and copies none. The
            message is in process meanwhile.
          </p>
        </Ask>
      )}
      {asked === "copy" && (
        <Ask title="Copy data to target?" action="Copy" act={() => request.mutateAsync(true)} close={close}>
          <p>
            A run of its own copies the good rows of all entities that were not copied yet, as they stand at this
            moment. Rows with an error stay as they are.
          </p>
          <Checkbox
            checked={isForced}
            onChange={(_, { checked }) => setForced(checked === true)}
            label="Also where a later message may be in the same records, whose values are written over"
          />
        </Ask>
      )}
    </>
  );
}
