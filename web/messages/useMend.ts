import { useMemo, useState } from "react";
import type { Schemas } from "../api/api.ts";

export type RejectedRow = Schemas["RejectedRow"];
type Cells = Readonly<Record<string, string>>;

/** What somebody has changed in rejected rows and not pushed yet, by the line of the row. */
export interface Mend {
  readonly changes: ReadonlyMap<number, Cells>;
  readonly leftOut: ReadonlySet<number>;
  readonly isChanged: boolean;
  readonly change: (row: RejectedRow, column: string, value: string) => void;
  readonly leaveOut: (line: number, isOut: boolean) => void;
  readonly clear: () => void;
}

export function useMend(): Mend {
  const [changes, setChanges] = useState<ReadonlyMap<number, Cells>>(new Map());
  const [leftOut, setLeftOut] = useState<ReadonlySet<number>>(new Set());
  return useMemo(
    () => ({
      changes,
      leftOut,
      isChanged: changes.size > 0 || leftOut.size > 0,
      change: (row, column, value) => setChanges((before) => withCell(before, row, column, value)),
      leaveOut: (line, isOut) =>
        setLeftOut((before) => new Set(isOut ? [...before, line] : [...before].filter((each) => each !== line))),
      clear: () => {
        setChanges(new Map());
        setLeftOut(new Set());
      },
    }),
    [changes, leftOut],
  );
}

/** A cell that is as it was is no change. */
function withCell(before: ReadonlyMap<number, Cells>, row: RejectedRow, column: string, value: string) {
  const cells = Object.entries({ ...before.get(row.line), [column]: value });
  const changed = cells.filter(([name, cell]) => cell !== (row.values[name] ?? ""));
  const next = new Map(before);
  if (changed.length === 0) next.delete(row.line);
  else next.set(row.line, Object.fromEntries(changed));
  return next;
}
