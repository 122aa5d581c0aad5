import { Button } from "@fluentui/react-components";
import { Answered } from "../../parts/Answered.tsx";
import { Criteria } from "../../parts/filter/Criteria.tsx";
import { type Filter, isWhole, withEntry } from "../../parts/filter/filter.ts";
import { SelectedCount } from "../../parts/filter/SelectedCount.tsx";
import { useDrafting } from "../../parts/job/Drafting.tsx";
import { isSameName } from "../../parts/project.ts";
import { type Entity, useEntity } from "../../parts/useNames.ts";

interface Props {
  readonly entity: string;
  readonly filter: Filter;
  /** Undefined: as the data project says. */
  readonly set: (filter: Filter | undefined) => void;
}

/** By what the job selects the records of an entity, in place of its project. */
export function OwnFilter({ entity, filter, set }: Props) {
  const { draft, problemAt, touch } = useDrafting();
  const found = useEntity(entity);
  const index = (draft.filters ?? []).findIndex((each) => isSameName(each.entity, entity));
  const path = `filters[${index}].filter`;
  const isWrong = filter.some((_, at) => problemAt(`${path}[${at}]`) !== undefined);
  return (
    <Answered query={found} what="the data entity">
      {(definition) => {
        const fields = definition.fields.map(({ name }) => name);
        return (
          <>
            <Criteria
              filter={filter}
              fields={fields}
              path={path}
              problemAt={problemAt}
              change={(next, at) => {
                touch(at);
                set(next);
              }}
            />
            <Selected entity={definition} filter={filter} isAsked={!isWrong && filter.every(isWhole)} />
            <div className="row">
              <Button aria-label={`Add criteria for ${entity}`} onClick={() => set(withEntry(filter, fields))}>
                Add
              </Button>
              <Button aria-label={`As the data project says for ${entity}`} onClick={() => set(undefined)}>
                As the data project says
              </Button>
            </div>
          </>
        );
      }}
    </Answered>
  );
}

interface SelectedProps {
  readonly entity: Entity;
  readonly filter: Filter;
  readonly isAsked: boolean;
}

function Selected({ entity, filter, isAsked }: SelectedProps) {
  const { project, company = "", processingRecurrence } = useDrafting().draft;
  if (entity.isPerCompany && company.trim() === "") {
    return <p className="faint">Give the job a company to see how many records are selected.</p>;
  }
  return (
    <SelectedCount
      project={project.trim()}
      entity={entity}
      company={company.trim()}
      timeZone={processingRecurrence?.timeZone}
      filter={filter}
      isAsked={isAsked}
    />
  );
}
