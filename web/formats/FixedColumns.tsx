import { Button, Input } from "@fluentui/react-components";
import { Member } from "../parts/definition/Problems.tsx";
import { NumberInput } from "../parts/NumberInput.tsx";
import { Choice } from "./Choice.tsx";
import { type FixedWidthDraft, withMember } from "./formatDraft.ts";

interface Props {
  readonly draft: FixedWidthDraft;
  readonly change: (draft: FixedWidthDraft) => void;
}

type Column = NonNullable<FixedWidthDraft["columns"]>[number];

/** Where the columns of a file of fixed width begin and end. */
export function FixedColumns({ draft, change }: Props) {
  const columns = draft.columns ?? [];
  const set = (changed: Column[]): void =>
    change(withMember(draft, "columns", changed.length === 0 ? undefined : changed));
  return (
    <>
      <Padding path="padding" of={draft} change={change} hint="Fills a column beside its value. Empty: a blank." />
      <fieldset className="sub">
        <legend>Columns, in the order of the file</legend>
        {columns.length === 0 && <p className="faint">Those of the entity, as wide as its fields.</p>}
        {columns.map((column, index) => (
          <ColumnEditor
            key={index}
            path={`columns[${index}]`}
            column={column}
            change={(changed) => set(columns.with(index, changed))}
            remove={() => set(columns.toSpliced(index, 1))}
            moveUp={index === 0 ? undefined : () => set(columns.toSpliced(index, 1).toSpliced(index - 1, 0, column))}
          />
        ))}
        <div>
          <Button size="small" onClick={() => set([...columns, { name: "", width: 10, alignment: "left" }])}>
            Add a column
          </Button>
        </div>
      </fieldset>
    </>
  );
}

interface ColumnProps {
  readonly path: string;
  readonly column: Column;
  readonly change: (column: Column) => void;
  readonly remove: () => void;
  readonly moveUp: (() => void) | undefined;
}

function ColumnEditor({ path, column, change, remove, moveUp }: ColumnProps) {
  return (
    <div className="row" role="group" aria-label={`Column ${column.name}`}>
      <Member path={`${path}.name`} label="Name" required>
        <Input value={column.name} onChange={(_, { value }) => change({ ...column, name: value })} />
      </Member>
      <Member path={`${path}.width`} label="Width" required>
        <NumberInput number={column.width} change={(width) => change({ ...column, width })} />
      </Member>
      <Choice
        path={`${path}.alignment`}
        label="Alignment"
        value={column.alignment ?? "left"}
        names={{ left: "Left", right: "Right" }}
        change={(value) => change({ ...column, alignment: value === "right" ? "right" : "left" })}
      />
      <Padding path={`${path}.padding`} of={column} change={change} />
      <div className="row at-end">
        <Button size="small" aria-label={`Move up: column ${column.name}`} disabled={!moveUp} onClick={moveUp}>
          Move up
        </Button>
        <Button size="small" aria-label={`Remove: column ${column.name}`} onClick={remove}>
          Remove
        </Button>
      </div>
    </div>
  );
}

interface PaddingProps<T extends { padding?: string }> {
  readonly path: string;
  readonly of: T;
  readonly change: (padded: T) => void;
  readonly hint?: string;
}

function Padding<T extends { padding?: string }>({ path, of, change, hint = "" }: PaddingProps<T>) {
  return (
    <Member path={path} label="Padding" {...(hint !== "" && { hint })}>
      <Input
        className="number-input"
        value={of.padding ?? ""}
        onChange={(_, { value }) => change(withMember<T, "padding">(of, "padding", value || undefined))}
      />
    </Member>
  );
}
