import { Field, Input } from "@fluentui/react-components";
import { startOf } from "./days.ts";
import { useFilters } from "./useFilters.ts";
import { useZone } from "./Zone.tsx";

/** From which day to which, both of them included. */
export function DayFilters({ from, to }: { readonly from: string; readonly to: string }) {
  const [search, set] = useFilters();
  const day = (label: string, parameter: "from" | "to") => (
    <Field label={label}>
      <Input type="date" value={search.get(parameter) ?? ""} onChange={(_, { value }) => set(parameter, value, true)} />
    </Field>
  );
  return (
    <>
      {day(from, "from")}
      {day(to, "to")}
    </>
  );
}

/** The time between the days that the address names, as the API takes it. */
export function useSpan(): { from?: string; to?: string } {
  const [search] = useFilters();
  const { zone } = useZone();
  const [from, to] = [startOf(search.get("from"), zone), startOf(search.get("to"), zone, 1)];
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
