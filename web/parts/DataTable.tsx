import { Spinner } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";

export interface Column<T> {
  readonly name: string;
  /** In place of the name above the column, such as a box that selects all. */
  readonly head?: ReactNode;
  /** A share of the width, as in a CSS grid: "2fr", "8rem". */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: T) => ReactNode;
}

interface Props<T> {
  /** What the rows are: "Messages of Customer groups". */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Called when the last rows come into sight; absent where there are no more. */
  readonly more?: (() => void) | undefined;
  /** Nothing was found so far, and there is more to look through. */
  readonly hasMore?: boolean;
  readonly empty: ReactNode;
}

const rowPixels = 40;
const rowsAround = 12;
const rowsBeforeMore = 20;

/** Rows under headings, of which only those in sight are drawn: ten thousand scroll as ten do. */
export function DataTable<T>({ label, columns, rows, keyOf, more, hasMore = false, empty }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  // Another function would have all rows measured anew at each frame.
  const getItemKey = useCallback((index: number) => keyOf(rows[index]!), [keyOf, rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: rowsAround,
    getItemKey,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && last >= rows.length - rowsBeforeMore;
  useEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, more]);

  const template = useMemo(() => ({ gridTemplateColumns: columns.map(({ width }) => width).join(" ") }), [columns]);
  if (rows.length === 0) return hasMore ? <Spinner className="starting" label="Looking further …" /> : empty;
  return (
    // Whoever has no pointer scrolls by keys.
    <div ref={scroller} className="table-scroller" tabIndex={0} role="region" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={more ? -1 : rows.length + 1} className="table">
        <Head columns={columns} template={template} />
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              data-index={index}
              ref={virtual.measureElement}
              className="table-row"
              style={{ ...template, transform: `translateY(${start}px)` }}
            >
              <Cells columns={columns} row={rows[index]!} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

interface HeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly template: CSSProperties;
}

/** Stays as it is while the rows scroll. */
const Head = memo(function HeadOf<T>({ columns, template }: HeadProps<T>) {
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" aria-rowindex={1} className="table-row" style={template}>
        {columns.map(({ name, head = name, isNumber }) => (
          <div key={name} role="columnheader" className={isNumber ? "number" : undefined}>
            {head}
          </div>
        ))}
      </div>
    </div>
  );
}) as <T>(props: HeadProps<T>) => ReactNode;

/** A row that stays in sight while others scroll by is not drawn again. */
const Cells = memo(function CellsOf<T>({ columns, row }: { readonly columns: readonly Column<T>[]; readonly row: T }) {
  return columns.map(({ name, isNumber, cell }) => (
    <div key={name} role="cell" data-column={name} className={isNumber ? "number" : undefined}>
      {cell(row)}
    </div>
  ));
}) as <T>(props: { readonly columns: readonly Column<T>[]; readonly row: T }) => ReactNode;
