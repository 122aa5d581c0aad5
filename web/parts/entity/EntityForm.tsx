import { Checkbox, Input } from "@fluentui/react-components";
import { Member } from "../definition/Problems.tsx";
import { aotNameOf, type EntityDraft } from "./entityDraft.ts";
import { Fields } from "./Fields.tsx";
import { Hierarchy } from "./Hierarchy.tsx";
import "./entity.css";

interface Props {
  readonly draft: EntityDraft;
  readonly change: (draft: EntityDraft) => void;
  readonly isNew: boolean;
}

/** All that an entity says. */
export function EntityForm({ draft, change, isNew }: Props) {
  const patch = (some: Partial<EntityDraft>): void => change({ ...draft, ...some });
  const rename = (name: string): void => {
    // A name that somebody typed stays as it is.
    const isSuggested = draft.aotName === aotNameOf(draft.name);
    patch({ name, ...(isSuggested && { aotName: aotNameOf(name) }) });
  };
  return (
    <>
      <section className="panel form" aria-label="The entity">
        {isNew && (
          <Member path="name" label="Label" required hint="As files, packages and clients call it: Customer groups.">
            <Input value={draft.name} onChange={(_, { value }) => rename(value)} />
          </Member>
        )}
        <Member path="aotName" label="AOT name" required hint="Clients may call it by this identifier as well.">
          <Input value={draft.aotName} onChange={(_, { value }) => patch({ aotName: value })} />
        </Member>
        <Member path="isPerCompany" hint="Each legal entity has records of its own; a job names the company.">
          <Checkbox
            label="Records belong to a company"
            checked={draft.isPerCompany ?? false}
            onChange={(_, { checked }) => patch({ isPerCompany: checked === true })}
          />
        </Member>
        <Member path="isChangeTracked" hint="Exports of what has changed since the last one need it.">
          <Checkbox
            label="Change tracking"
            checked={draft.isChangeTracked ?? false}
            onChange={(_, { checked }) => patch({ isChangeTracked: checked === true })}
          />
        </Member>
      </section>
      <Fields fields={draft.fields} change={(fields) => patch({ fields })} />
      <Hierarchy draft={draft} change={change} />
    </>
  );
}
