import { Button, Field, SearchBox, Select } from "@fluentui/react-components";
import { useFilters } from "../../parts/useFilters.ts";
import { stateText } from "../../parts/StateBadge.tsx";
import type { Message } from "../../parts/message/messageColumns.tsx";

export interface Show {
  /** As it stands in the address. */
  readonly name: string;
  /** What the API is asked for; everything where it is left out. */
  readonly state?: Message["state"] | "parked";
}

const imports = ["PreProcessing", "Processing", "Processed", "ProcessedWithErrors", "PreProcessingError"] as const;
const importEnds = ["PostProcessingError", "Discarded"] as const;
/** Processed: a run that found no record and made no file. */
const exports = [
  "PreProcessing",
  "Processing",
  "Dequeued",
  "Downloaded",
  "Acked",
  "Processed",
  "PreProcessingError",
] as const;
const states: readonly Message["state"][] = [...imports, ...importEnds, ...exports];

/** Which messages the address asks for: those that wait, where it says nothing. */
export function showOf(search: URLSearchParams): Show {
  const asked = search.get("show");
  if (asked === "all") return { name: "all" };
  if (asked === "parked") return { name: "parked", state: "parked" };
  const state = states.find((each) => each === asked);
  return state ? { name: state, state } : { name: "waiting", state: "Enqueued" };
}

/** Which messages are shown; what is chosen stands in the address. */
export function MessageFilters({ direction }: { readonly direction: Message["direction"] }) {
  const [search, set] = useFilters();
  const { name } = showOf(search);
  return (
    <div className="filters">
      <Field label="Show">
        <Select value={name} onChange={(_, { value }) => set("show", value === "waiting" ? "" : value)}>
          <option value="waiting">Waiting in the queue</option>
          <option value="parked">Parked</option>
          {[...(direction === "import" ? imports : exports), ...importEnds].map((state) => (
            <option key={state} value={state}>
              {stateText(state)}
            </option>
          ))}
          <option value="all">All messages</option>
        </Select>
      </Field>
      <Field label="Find by id or file name">
        <SearchBox value={search.get("q") ?? ""} onChange={(_, { value }) => set("q", value, true)} />
      </Field>
      {name !== "all" && <Button onClick={() => set("show", "all")}>Show all messages</Button>}
    </div>
  );
}
