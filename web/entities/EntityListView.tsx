import { ListView } from "../parts/definition/ListView.tsx";
import { entityKind } from "../parts/entity/entityKind.tsx";

/** The data entities: what there is to import and export. */
export function Component() {
  return (
    <ListView
      kind={entityKind}
      about="An entity says what records are made of: their fields, their key, and what a value must be."
      columns={[
        { name: "AOT name", width: "minmax(12rem, 2fr)", cell: ({ aotName }) => <code>{aotName}</code> },
        { name: "Fields", width: "6rem", isNumber: true, cell: ({ fields }) => fields.length },
        {
          name: "Key",
          width: "minmax(12rem, 2fr)",
          cell: ({ fields }) => (
            <bdi>
              {fields
                .filter(({ isKey }) => isKey)
                .map(({ name }) => name)
                .join(", ")}
            </bdi>
          ),
        },
        { name: "Records", width: "8rem", cell: ({ isPerCompany }) => (isPerCompany ? "Per company" : "Shared") },
        {
          name: "Change tracking",
          width: "9rem",
          cell: ({ isChangeTracked }) => (isChangeTracked ? "On" : "Off"),
        },
        { name: "Version", width: "6rem", isNumber: true, cell: ({ version }) => version },
      ]}
    />
  );
}
