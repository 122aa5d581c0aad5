import type { Stored } from "../api/definitions.ts";
import { Editing } from "../parts/definition/Editing.tsx";
import { OneView } from "../parts/definition/OneView.tsx";
import { useMe } from "../parts/Me.tsx";
import { FormatForm } from "./FormatForm.tsx";
import { formatKind } from "./formatKind.tsx";
import { TryOut } from "./tryOut/TryOut.tsx";

/** A source data format. */
export function Component() {
  return (
    <OneView
      kind={formatKind}
      gone="Its definition will be gone; where it stood for a built-in format, that is there again."
      tabs={(stored) => [
        {
          name: "format",
          text: "Source data format",
          content: () => <FormatTab stored={stored} />,
        },
      ]}
    />
  );
}

/** Where there is a form, the format is tried out as it is typed. */
function FormatTab({ stored }: { readonly stored: Stored<"formats"> }) {
  const { mayManage } = useMe();
  const isForm = mayManage && stored.etag !== "";
  return (
    <>
      <Editing
        kind={formatKind}
        stored={stored}
        form={(form) => (
          <>
            <FormatForm {...form} />
            <TryOut format={form.draft} />
          </>
        )}
      />
      {!isForm && <TryOut format={formatKind.draftOf(stored.value)} />}
    </>
  );
}
