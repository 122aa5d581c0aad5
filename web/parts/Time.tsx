import { useZone, type Zone } from "./Zone.tsx";

const shapes: Readonly<Record<Zone, Intl.DateTimeFormat>> = {
  local: new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }),
  utc: new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }),
};

/** A time in the zone that the viewer chose, and in UTC for who points at it. */
export function Time({ at }: { readonly at: string | undefined }) {
  const { zone } = useZone();
  if (at === undefined) return <span className="faint">–</span>;
  const time = new Date(at);
  return (
    <time dateTime={at} title={`${time.toISOString().replace("T", " ").slice(0, 19)} UTC`}>
      {shapes[zone].format(time)}
    </time>
  );
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** How long something has lasted or took, in its two largest units. */
export function durationText(durationMs: number): string {
  let seconds = Math.max(0, Math.round(durationMs / 1_000));
  if (seconds === 0) return durationMs > 0 ? "< 1 s" : "0 s";
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    seconds -= count * size;
  }
  return parts.slice(0, 2).join(" ");
}
