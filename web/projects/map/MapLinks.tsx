import type { Project } from "../../parts/project.ts";

interface Props {
  readonly links: readonly { readonly column: number; readonly field: number }[];
  readonly columns: number;
  readonly fields: number;
  readonly direction: Project["direction"];
}

/** As high as a node with the gap below it: see projects.css. */
const rowPixels = 40;
const width = 100;

/** The lines between columns and fields; what they say is in the names of the buttons and in the details. */
export function MapLinks({ links, columns, fields, direction }: Props) {
  const height = Math.max(1, columns, fields) * rowPixels;
  const middleOf = (index: number): number => index * rowPixels + rowPixels / 2 - 2;
  return (
    <svg
      className="map-links"
      viewBox={`0 0 ${width} ${height}`}
      height={height}
      preserveAspectRatio="none"
      aria-hidden
    >
      {links.map(({ column, field }) => {
        const [from, to] = direction === "import" ? [column, field] : [field, column];
        const [start, end] = [middleOf(from), middleOf(to)];
        return (
          <path
            key={`${column} ${field}`}
            d={`M0 ${start} C50 ${start} 50 ${end} ${width} ${end}`}
            vectorEffect="non-scaling-stroke"
          />
        );
      })}
    </svg>
  );
}
