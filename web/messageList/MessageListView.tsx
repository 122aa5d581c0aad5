import { Field, SearchBox } from "@fluentui/react-components";
import { DayFilters, useSpan } from "../parts/DayFilters.tsx";
import { FilterChoice } from "../parts/FilterChoice.tsx";
import { useFilters } from "../parts/useFilters.ts";
import { useSettled } from "../parts/useSettled.ts";
import { ViewHead } from "../parts/ViewHead.tsx";
import { FoundMessages } from "./FoundMessages.tsx";
import { StandingMessages } from "./StandingMessages.tsx";
import { isOpen, standingOf, standings } from "./standings.ts";

const stillMs = 300;

/** The messages of all jobs: by how they stand, or by the beginning of an id or a file name. */
export function Component() {
  const [search, set] = useFilters();
  const span = useSpan();
  const standing = standingOf(search);
  const typed = search.get("q") ?? "";
  const sought = useSettled(typed.trim(), stillMs);
  return (
    <main className="view">
      <ViewHead title="Messages" crumbs={[{ to: "/", text: "Data management" }]} />
      <div className="filters">
        <FilterChoice
          label="Show"
          value={standing}
          options={standings.map(([name, text]) => [name, text])}
          choose={(value) => set("standing", value)}
        />
        {!isOpen(standing) && <DayFilters from="Ended from" to="Ended until" />}
        <Field label="Find in all jobs by id or file name">
          <SearchBox value={typed} onChange={(_, { value }) => set("q", value, true)} />
        </Field>
      </div>
      {sought === "" ? <StandingMessages standing={standing} span={span} /> : <FoundMessages text={sought} />}
    </main>
  );
}
