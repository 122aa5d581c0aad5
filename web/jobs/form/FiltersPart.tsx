import { Button } from "@fluentui/react-components";
import { type Filter, filterText } from "../../parts/filter/filter.ts";
import { type JobDraft, withFilter } from "../../parts/job/jobDraft.ts";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";
import { Part } from "../../parts/job/Part.tsx";
import { isSameName, type Line } from "../../parts/project.ts";
import { OwnFilter } from "./OwnFilter.tsx";
import { useDraftProject } from "./useDraftProject.ts";

/** Which records the job exports: as its project says, or by filters of its own. */
export function FiltersPart() {
  const { draft, replace } = useDrafting();
  const lines = useDraftProject(draft.project)?.lines;
  if (!lines) return null;
  const own = draft.filters ?? [];
  const set = (entity: string, filter: Filter | undefined): void => replace(withFilter(draft, entity, filter));
  const left = own.filter(({ entity }) => !lines.some((line) => isSameName(line.entity, entity)));
  const shown = lines.filter(({ entity, isEnabled }) => isEnabled || filterOf(draft, entity) !== undefined);
  return (
    <Part
      title="Filters"
      note="Which records are exported. The filters of the data project count for all of its jobs, and one of its own for this job alone."
    >
      {shown.map((line) => (
        <fieldset key={line.entity} className="sub">
          <legend>
            <bdi>{line.entity}</bdi>
          </legend>
          <LineFilter line={line} own={filterOf(draft, line.entity)} set={(filter) => set(line.entity, filter)} />
        </fieldset>
      ))}
      {left.map(({ entity, filter }) => (
        <DraftField key={entity} path={`filters[${own.findIndex((each) => each.entity === entity)}]`}>
          <p className="problem" role="status">
            The data project exports no <bdi>{entity}</bdi>, of which the job has a filter: {filterText(filter)}.
          </p>
          <Button onClick={() => set(entity, undefined)}>Leave the filter of {entity} out</Button>
        </DraftField>
      ))}
    </Part>
  );
}

function filterOf({ filters = [] }: JobDraft, entity: string): Filter | undefined {
  return filters.find((each) => isSameName(each.entity, entity))?.filter;
}

interface LineFilterProps {
  readonly line: Line;
  readonly own: Filter | undefined;
  readonly set: (filter: Filter | undefined) => void;
}

function LineFilter({ line: { entity, filter = [] }, own, set }: LineFilterProps) {
  if (own) return <OwnFilter entity={entity} filter={own} set={set} />;
  return (
    <div className="row">
      <span className="wrap">
        As the data project says: <bdi>{filterText(filter)}</bdi>
      </span>
      <Button onClick={() => set(filter)} aria-label={`A filter of its own for ${entity}`}>
        A filter of its own
      </Button>
    </div>
  );
}
