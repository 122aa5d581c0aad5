import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import type { StoredJob } from "./useSaveJob.ts";

interface Props {
  readonly base: { readonly etag: string | undefined };
  readonly stored: StoredJob | undefined;
  readonly show: (stored: StoredJob) => void;
}

/** Says while one types that somebody else has saved the job. */
export function Newer({ base, stored, show }: Props) {
  if (!stored || stored.etag === base.etag) return null;
  return (
    <MessageBar intent="warning" layout="multiline" className="failure">
      <MessageBarBody>
        <bdi>{stored.value.savedByPerson?.name ?? "Somebody else"}</bdi> has saved this job since you began.
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => show(stored)}>Show both versions</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
