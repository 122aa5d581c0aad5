import { Editing } from "../parts/definition/Editing.tsx";
import { OneView } from "../parts/definition/OneView.tsx";
import { stylesheetKind } from "./stylesheetKind.tsx";
import { StylesheetForm } from "./StylesheetForm.tsx";

/** A stylesheet. */
export function Component() {
  return (
    <OneView
      kind={stylesheetKind}
      gone="The stylesheet will be gone."
      tabs={(stored) => [
        {
          name: "stylesheet",
          text: "Stylesheet",
          content: () => (
            <Editing kind={stylesheetKind} stored={stored} form={(form) => <StylesheetForm {...form} />} />
          ),
        },
      ]}
    />
  );
}
