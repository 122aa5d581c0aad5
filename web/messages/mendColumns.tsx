import { Checkbox } from "@fluentui/react-components";
import type { Column } from "../parts/DataTable.tsx";
import { countText } from "../parts/figures.ts";
import { LongText } from "../parts/LongText.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import type { Mend, RejectedRow } from "./useMend.ts";

const cellCharactersMax = 80;

/** The columns of the grid: those of the file may be changed where somebody may mend. */
export function mendColumns(names: readonly string[], mend: Mend | undefined): readonly Column<RejectedRow>[] {
  const leaveOut: Column<RejectedRow> = {
    name: "Leave out",
    width: "6rem",
    cell: (row) => mend && !isDecided(row) && <LeaveOut row={row} mend={mend} />,
  };
  return [
    {
      name: "Line",
      width: "5rem",
      isNumber: true,
      cell: ({ line, place }) => place ?? countText(line),
    },
    { name: "What is wrong", width: "minmax(16rem, 2fr)", cell: (row) => <Wrong row={row} /> },
    ...(mend ? [leaveOut] : []),
    ...names.map((name) => ({
      name,
      width: "minmax(11rem, 1fr)",
      cell: (row: RejectedRow) => <Cell row={row} column={name} mend={mend} />,
    })),
  ];
}

/** Somebody brought it already, or gave it up. */
function isDecided({ mendedBy, leftOutBy }: RejectedRow): boolean {
  return mendedBy !== undefined || leftOutBy !== undefined;
}

function LeaveOut({ row: { line }, mend }: { readonly row: RejectedRow; readonly mend: Mend }) {
  return (
    <Checkbox
      aria-label={`Leave out line ${line}`}
      checked={mend.leftOut.has(line)}
      onChange={(_, { checked }) => mend.leaveOut(line, checked === true)}
    />
  );
}

function Wrong({ row: { reason, raw, mendedBy, leftOutBy } }: { readonly row: RejectedRow }) {
  const decidedBy = mendedBy ?? leftOutBy;
  return (
    <div>
      {decidedBy !== undefined && (
        <div>
          <PageLink to={viewOf("messages", decidedBy)}>
            {mendedBy === undefined ? "Left out with another message" : "Mended by another message"}
          </PageLink>
        </div>
      )}
      <LongText text={reason} what="What is wrong" />
      {raw !== undefined && (
        <div>
          <LongText text={raw} what="Text of the row" charactersMax={cellCharactersMax} />
        </div>
      )}
    </div>
  );
}

interface CellProps {
  readonly row: RejectedRow;
  readonly column: string;
  readonly mend: Mend | undefined;
}

function Cell({ row, column, mend }: CellProps) {
  const was = row.values[column] ?? "";
  const errors = row.errors.filter((error) => error.column === column);
  const changed = mend?.changes.get(row.line)?.[column];
  const mayChange = mend !== undefined && !isDecided(row) && !mend.leftOut.has(row.line);
  const reasonId = `reason-${row.line}-${column}`;
  return (
    <span className={errors.length > 0 && changed === undefined ? "mend-cell wrong" : "mend-cell"}>
      {mayChange ? (
        <textarea
          rows={1}
          dir="auto"
          aria-label={`${column}, line ${row.line}`}
          aria-invalid={errors.length > 0 && changed === undefined}
          aria-describedby={errors.length > 0 ? reasonId : undefined}
          className={changed === undefined ? undefined : "changed"}
          value={changed ?? was}
          onChange={({ target }) => mend.change(row, column, target.value)}
        />
      ) : (
        <LongText text={was} what={column} charactersMax={cellCharactersMax} />
      )}
      {errors.length > 0 && (
        <span id={reasonId} className="mend-reason">
          <LongText text={errors.map(({ code, reason = code }) => reason).join(" ")} what="Reason" />
        </span>
      )}
    </span>
  );
}
