import { Editing } from "../parts/definition/Editing.tsx";
import { OneView } from "../parts/definition/OneView.tsx";
import { FormatForm } from "./FormatForm.tsx";
import { formatKind } from "./formatKind.tsx";

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
          content: () => <Editing kind={formatKind} stored={stored} form={(form) => <FormatForm {...form} />} />,
        },
      ]}
    />
  );
}
