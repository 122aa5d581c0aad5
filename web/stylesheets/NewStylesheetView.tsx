import { NewView } from "../parts/definition/NewView.tsx";
import { newStylesheet, stylesheetKind } from "./stylesheetKind.tsx";
import { StylesheetForm } from "./StylesheetForm.tsx";

/** A new stylesheet. */
export function Component() {
  return <NewView kind={stylesheetKind} blank={newStylesheet()} form={(form) => <StylesheetForm {...form} />} />;
}
