import type { Schemas } from "../../api/api.ts";
import { durationText, Time } from "../../parts/Time.tsx";

type Sample = Schemas["LoadSample"];

interface Series {
  readonly name: string;
  readonly valueOf: (sample: Sample) => number;
  readonly textOf: (value: number) => string;
  readonly kind: "line" | "bars";
}

const width = 600;
const height = 100;

const series: readonly Series[] = [
  { name: "Waiting", kind: "line", valueOf: ({ waiting }) => waiting, textOf: String },
  { name: "Oldest age", kind: "line", valueOf: ({ oldestAgeMs }) => oldestAgeMs, textOf: durationText },
  {
    name: "Processed between two measurements",
    kind: "bars",
    valueOf: ({ processedSinceLast }) => processedSinceLast,
    textOf: String,
  },
];

/** The latest measurements as pictures over one axis of time; the table below says the same in figures. */
export function LoadChart({ samples }: { readonly samples: readonly Sample[] }) {
  const inTime = samples.toReversed();
  const [first, last] = [inTime[0], inTime.at(-1)];
  return (
    <div className="load-charts">
      {series.map((each) => (
        <Chart key={each.name} series={each} samples={inTime} />
      ))}
      <p className="chart-axis">
        <Time at={first?.at} />
        <Time at={last?.at} />
      </p>
    </div>
  );
}

function Chart({
  series: { name, kind, valueOf, textOf },
  samples,
}: {
  readonly series: Series;
  readonly samples: readonly Sample[];
}) {
  const values = samples.map(valueOf);
  const most = Math.max(...values);
  const points = placesOf(samples, values, most);
  const said = `${name}: ${textOf(values.at(-1) ?? 0)} now, ${textOf(most)} at most in ${samples.length} measurements`;
  return (
    <figure className="load-chart">
      <figcaption>
        {name}{" "}
        <span className="faint">
          now {textOf(values.at(-1) ?? 0)}, at most {textOf(most)}
        </span>
      </figcaption>
      <svg role="img" aria-label={said} viewBox={`-2 -2 ${width + 4} ${height + 4}`} preserveAspectRatio="none">
        <line className="chart-base" x1={0} x2={width} y1={height} y2={height} />
        {kind === "line" ? (
          <polyline className="chart-line" points={points.map(({ x, y }) => `${x},${y}`).join(" ")} />
        ) : (
          points.map(({ x, y }) => <line key={x} className="chart-bar" x1={x} x2={x} y1={height} y2={y} />)
        )}
      </svg>
    </figure>
  );
}

function placesOf(samples: readonly Sample[], values: readonly number[], most: number) {
  const times = samples.map(({ at }) => Date.parse(at));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const span = Math.max(1, last - first);
  return times.map((at, index) => ({
    x: Math.round(((at - first) / span) * width * 10) / 10,
    y: Math.round((1 - (values[index] ?? 0) / Math.max(1, most)) * height * 10) / 10,
  }));
}
