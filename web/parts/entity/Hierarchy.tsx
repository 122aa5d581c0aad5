import { Button, Checkbox, Select } from "@fluentui/react-components";
import { useDefinition } from "../definition/useDefinition.ts";
import { Member } from "../definition/Problems.tsx";
import type { EntityDraft } from "./entityDraft.ts";
import { NameChoice } from "./NameChoice.tsx";

interface Props {
  readonly draft: EntityDraft;
  readonly change: (draft: EntityDraft) => void;
}

/** Where records of the entity are parts of another one's, or have parts themselves. */
export function Hierarchy({ draft, change }: Props) {
  const { partOf, children = [], ...rest } = draft;
  const shared = { ...rest, ...(partOf && { partOf }) };
  const set = (next: string[]): void => change(next.length === 0 ? shared : { ...shared, children: next });
  return (
    <section className="panel form" aria-label="Parts">
      <h2>Parts</h2>
      <Checkbox
        label="A record of this entity is a part of another entity's record"
        checked={partOf !== undefined}
        onChange={(_, { checked }) => {
          const others = { ...rest, ...(children.length > 0 && { children }) };
          change(checked === true ? { ...others, partOf: { entity: "", relation: [] } } : others);
        }}
      />
      {partOf && <PartOf draft={draft} partOf={partOf} change={(next) => change({ ...draft, partOf: next })} />}
      <p className="faint">
        Entities whose records are parts of this one’s. Each of them says that it is a part before it stands here.
      </p>
      {children.map((child, index) => (
        <div key={index} className="row">
          <Member path={`children[${index}]`} label={`Part ${index + 1}`}>
            <NameChoice list="entities" value={child} change={(name) => set(children.toSpliced(index, 1, name))} />
          </Member>
          <Button size="small" className="at-end" onClick={() => set(children.toSpliced(index, 1))}>
            Remove
          </Button>
        </div>
      ))}
      <div>
        <Button size="small" onClick={() => set([...children, ""])}>
          Add a part
        </Button>
      </div>
    </section>
  );
}

interface PartOfProps {
  readonly draft: EntityDraft;
  readonly partOf: NonNullable<EntityDraft["partOf"]>;
  readonly change: (partOf: NonNullable<EntityDraft["partOf"]>) => void;
}

/** The parent, and which key fields hold its key: as many as it has. */
function PartOf({ draft, partOf, change }: PartOfProps) {
  const parent = useDefinition("entities", partOf.entity);
  const keys = parent.data?.value.fields.filter(({ isKey }) => isKey).map(({ name }) => name) ?? [];
  const holders = partOf.relation.map(({ parentField }) => parentField);
  const fieldOf = (key: string): string => partOf.relation.find(({ parentField }) => parentField === key)?.field ?? "";
  const hold = (key: string, field: string): void => {
    const others = partOf.relation.filter(({ parentField }) => parentField !== key);
    change({ ...partOf, relation: field === "" ? others : [...others, { field, parentField: key }] });
  };
  return (
    <>
      <Member path="partOf.entity" label="Part of" required>
        <NameChoice list="entities" value={partOf.entity} change={(entity) => change({ entity, relation: [] })} />
      </Member>
      {[...new Set([...keys, ...holders])].map((key) => (
        <Member key={key} path="partOf.relation" label={`The key field that holds ${key} of the parent`} required>
          <Select value={fieldOf(key)} onChange={(_, { value }) => hold(key, value)}>
            <option value="">Choose one</option>
            {draft.fields
              .filter(({ isKey, name }) => isKey || name === fieldOf(key))
              .map(({ name }, index) => (
                <option key={index}>{name}</option>
              ))}
          </Select>
        </Member>
      ))}
    </>
  );
}
