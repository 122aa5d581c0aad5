import { Editing } from "../parts/definition/Editing.tsx";
import { OneView } from "../parts/definition/OneView.tsx";
import { EntityForm } from "../parts/entity/EntityForm.tsx";
import { entityKind } from "../parts/entity/entityKind.tsx";
import { Records } from "./Records.tsx";

/** A data entity: what it says, and the records that there are of it. */
export function Component() {
  return (
    <OneView
      kind={entityKind}
      gone="Its definition will be gone. An entity that still holds records is not deleted: delete those first, on the tab Records."
      tabs={(stored) => [
        {
          name: "fields",
          text: "Fields",
          content: () => <Editing kind={entityKind} stored={stored} form={(form) => <EntityForm {...form} />} />,
        },
        { name: "records", text: "Records", content: () => <Records entity={stored.value} /> },
      ]}
    />
  );
}
