import { NewView } from "../parts/definition/NewView.tsx";
import { draftOfMembers } from "./formatDraft.ts";
import { FormatForm } from "./FormatForm.tsx";
import { formatKind } from "./formatKind.tsx";
import { TryOut } from "./tryOut/TryOut.tsx";

/** A new source data format. */
export function Component() {
  return (
    <NewView
      kind={formatKind}
      blank={draftOfMembers({})}
      form={(form) => (
        <>
          <FormatForm {...form} />
          <TryOut format={form.draft} />
        </>
      )}
    />
  );
}
