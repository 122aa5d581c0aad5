import { Badge, Button } from "@fluentui/react-components";
import { memo, useCallback, useEffect, useRef } from "react";
import { useSearchParams } from "react-router";
import { useProblems } from "../definition/Problems.tsx";
import { type FieldDraft, typeNames } from "./entityDraft.ts";
import { fieldFacts } from "./entityKind.tsx";
import { FieldEditor } from "./FieldEditor.tsx";

interface Props {
  readonly fields: readonly FieldDraft[];
  readonly change: (fields: FieldDraft[]) => void;
}

/** The fields of an entity in their order, and the one that is open, which stands in the address. */
export function Fields({ fields, change }: Props) {
  const [open, setOpen] = useOpenField();
  const { problemAt } = useProblems();
  const field = open === undefined ? undefined : fields[open];
  const replace = (index: number, ...by: readonly FieldDraft[]): void => change(fields.toSpliced(index, 1, ...by));
  const move = (from: number, to: number): void => {
    const moved = fields[from];
    if (!moved || to < 0 || to >= fields.length) return;
    change(fields.toSpliced(from, 1).toSpliced(to, 0, moved));
    setOpen(to);
  };
  const add = (): void => {
    change([...fields, { name: "", type: "string", isKey: false, isRequired: false }]);
    setOpen(fields.length);
  };
  return (
    <section className="panel" aria-label="Fields">
      <div className="row">
        <h2>Fields</h2>
        <span className="faint">{fields.length} of 500 at most</span>
        <Button onClick={add}>Add a field</Button>
      </div>
      {problemAt("fields") !== undefined && <p className="problem">{problemAt("fields")}</p>}
      <div className="fields">
        <ol className="field-list" aria-label="The fields in their order">
          {fields.map((each, index) => (
            <FieldRow
              key={index}
              field={each}
              index={index}
              isOpen={index === open}
              problem={problemAt(`fields[${index}]`)}
              open={setOpen}
            />
          ))}
        </ol>
        {field && open !== undefined && (
          <FieldEditor
            key={open}
            path={`fields[${open}]`}
            field={field}
            change={(next) => replace(open, next)}
            remove={() => {
              replace(open);
              setOpen(undefined);
            }}
            moveUp={open > 0 ? () => move(open, open - 1) : undefined}
            moveDown={open < fields.length - 1 ? () => move(open, open + 1) : undefined}
          />
        )}
      </div>
    </section>
  );
}

function useOpenField() {
  const [search, setSearch] = useSearchParams();
  const text = search.get("field");
  const latest = useRef(setSearch);
  useEffect(() => {
    latest.current = setSearch;
  });
  const setOpen = useCallback((index: number | undefined) => {
    const next = (before: URLSearchParams): URLSearchParams => {
      const after = new URLSearchParams(before);
      if (index === undefined) after.delete("field");
      else after.set("field", String(index + 1));
      return after;
    };
    latest.current(next, { replace: true, preventScrollReset: true });
  }, []);
  return [text !== null && /^[1-9]\d{0,3}$/.test(text) ? Number(text) - 1 : undefined, setOpen] as const;
}

interface RowProps {
  readonly field: FieldDraft;
  readonly index: number;
  readonly isOpen: boolean;
  readonly problem: string | undefined;
  readonly open: (index: number) => void;
}

/** One of five hundred: only those that changed are drawn anew. */
const FieldRow = memo(function FieldRow({ field, index, isOpen, problem, open }: RowProps) {
  return (
    <li>
      <button
        type="button"
        className={isOpen ? "field-row open" : "field-row"}
        aria-expanded={isOpen}
        onClick={() => open(index)}
      >
        <bdi className="wrap field-name">{field.name === "" ? "(no name yet)" : field.name}</bdi>
        <span>{typeNames[field.type]}</span>
        <span className="badges">
          {field.isKey && <Badge appearance="tint">Key</Badge>}
          {field.isRequired && (
            <Badge appearance="tint" color="informative">
              Required
            </Badge>
          )}
          <span className="faint wrap">
            {fieldFacts({ ...field, isKey: false, isRequired: false })
              .join(" · ")
              .slice(0, 120)}
          </span>
        </span>
        {problem !== undefined && <span className="problem">{problem}</span>}
      </button>
    </li>
  );
});
