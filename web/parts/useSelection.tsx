import { useEffect, useMemo, useRef, useState } from "react";
import type { Column } from "./DataTable.tsx";

interface Selection<T> {
  /** In the order of the rows; what has left the list is selected no more. */
  readonly selected: readonly T[];
  readonly clear: () => void;
  /** The column of boxes, for the left of a table. */
  readonly column: Column<T>;
}

/** Rows of a table that somebody ticks: one, a stretch with the shift key, or all that are loaded. */
export function useSelection<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  nameOf: (row: T) => string,
): Selection<T> {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const selected = useMemo(() => rows.filter((row) => keys.has(keyOf(row))), [rows, keys, keyOf]);

  // The boxes stay as they are while the list grows.
  const rowsNow = useRef(rows);
  useEffect(() => {
    rowsNow.current = rows;
  }, [rows]);
  const some = selected.length === rows.length || selected.length === 0 ? selected.length > 0 : "mixed";
  const column = useMemo((): Column<T> => {
    const keysNow = (): readonly string[] => rowsNow.current.map(keyOf);
    const toggle = (key: string, isStretch: boolean): void => {
      const isChosen = !keys.has(key);
      const next = new Set(keys);
      for (const each of isStretch ? stretchOf(keysNow(), last.current, key) : [key]) {
        if (isChosen) next.add(each);
        else next.delete(each);
      }
      last.current = key;
      setKeys(next);
    };
    return {
      name: "Selected",
      head: (
        <Tick
          label="Select all that are loaded"
          isTicked={some}
          toggle={() => setKeys(new Set(some === true ? [] : keysNow()))}
        />
      ),
      width: "3rem",
      cell: (row) => (
        <Tick
          label={`Select ${nameOf(row)}`}
          isTicked={keys.has(keyOf(row))}
          toggle={(isStretch) => toggle(keyOf(row), isStretch)}
        />
      ),
    };
  }, [keys, some, keyOf, nameOf]);
  return { selected, column, clear: () => setKeys(new Set()) };
}

interface TickProps {
  readonly label: string;
  readonly isTicked: boolean | "mixed";
  /** Whether it is meant up to there. */
  readonly toggle: (isStretch: boolean) => void;
}

/** One element: of these there is one in each row that scrolls by. */
function Tick({ label, isTicked, toggle }: TickProps) {
  return (
    <input
      ref={(box) => {
        if (box) box.indeterminate = isTicked === "mixed";
      }}
      type="checkbox"
      className="tick"
      aria-label={label}
      checked={isTicked === true}
      // Which is a click, also where a key did it.
      onChange={({ nativeEvent }) => toggle(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
    />
  );
}

/** From the row that was ticked before to this one. */
function stretchOf(keys: readonly string[], from: string | undefined, to: string): readonly string[] {
  const [one, other] = [keys.indexOf(from ?? to), keys.indexOf(to)].toSorted((a, b) => a - b);
  return one === undefined || one < 0 || other === undefined ? [to] : keys.slice(one, other + 1);
}
