import { DayFilters } from "../parts/DayFilters.tsx";
import { FilterChoice } from "../parts/FilterChoice.tsx";
import { useFilters } from "../parts/useFilters.ts";
import { useEntities, useJobs, useProjects } from "../parts/useNames.ts";
import { runStates } from "../parts/run/runColumns.tsx";

const states = Object.entries(runStates).map(([state, [text]]) => [state, text] as const);

/** Which runs are shown; what is chosen stands in the address. */
export function HistoryFilters() {
  const [search, set] = useFilters();
  const [projects, jobs, entities] = [useProjects().data ?? [], useJobs().data ?? [], useEntities().data ?? []];
  const choice = (label: string, name: string, all: string, options: readonly (readonly [string, string])[]) => (
    <FilterChoice
      label={label}
      value={search.get(name) ?? ""}
      all={all}
      options={options}
      choose={(value) => set(name, value)}
    />
  );
  return (
    <div className="filters">
      {choice("State", "state", "All states", states)}
      {choice(
        "Project",
        "project",
        "All projects",
        projects.map(({ name }) => [name, name] as const),
      )}
      {choice(
        "Job",
        "job",
        "All jobs",
        jobs.map(({ activityId, name }) => [activityId, name] as const),
      )}
      {choice(
        "Entity",
        "entity",
        "All entities",
        entities.map(({ name }) => [name, name] as const),
      )}
      <DayFilters from="Begun from" to="Begun until" />
    </div>
  );
}
