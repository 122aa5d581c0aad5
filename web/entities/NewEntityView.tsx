import { NewView } from "../parts/definition/NewView.tsx";
import { newEntity } from "../parts/entity/entityDraft.ts";
import { EntityForm } from "../parts/entity/EntityForm.tsx";
import { entityKind } from "../parts/entity/entityKind.tsx";
import { FromFile } from "./FromFile.tsx";

/** A new entity, typed or made of a file. */
export function Component() {
  return (
    <NewView
      kind={entityKind}
      blank={newEntity()}
      form={(form) => (
        <>
          <FromFile take={form.change} draft={form.draft} />
          <EntityForm {...form} />
        </>
      )}
    />
  );
}
