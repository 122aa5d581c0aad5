import { Button, Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { Criteria } from "../../parts/filter/Criteria.tsx";
import { type Filter, filterText, isWhole, withEntry } from "../../parts/filter/filter.ts";
import { SelectedCount } from "../../parts/filter/SelectedCount.tsx";
import { useMe } from "../../parts/Me.tsx";
import { jobView, PageLink } from "../../parts/PageLink.tsx";
import type { Line } from "../../parts/project.ts";
import { CheckMessages } from "../line/CheckMessages.tsx";
import type { PanelProps } from "../line/panelProps.ts";
import { problemsAt, useLineCheck } from "../line/useLineCheck.ts";
import { useCompany } from "../line/usePreview.ts";
import { PartForm } from "../PartForm.tsx";
import { usePart } from "../usePart.ts";
import { filterPart } from "./filterPart.ts";

/** Which records an export writes: criteria per field, with the number of records that they select. */
export function FilterPanel(props: PanelProps) {
  const { stored, line, entity } = props;
  const { mayManage } = useMe();
  const part = filterPart(line.entity);
  const editing = usePart(stored, part, line.filter ?? []);
  const { part: filter, change, draft } = editing;
  const check = useLineCheck(draft, line.entity);
  const isWrong = check.problems.some(({ path }) => path.startsWith("filter"));
  const fields = entity.fields.map(({ name }) => name);
  return (
    <div className="panel">
      <PartForm
        editing={editing}
        part={part}
        actions={<Button onClick={() => change(withEntry(filter, fields))}>Add</Button>}
      >
        <Criteria
          filter={filter}
          fields={fields}
          path="filter"
          // Nothing is wrong with what nobody has typed yet; a save says it where it stays so.
          problemAt={(path, entry) => (isWhole(entry) ? problemsAt(check.problems, path) : undefined)}
          {...(mayManage && { change })}
        />
        <CheckMessages check={check} isShown={(path) => path.startsWith("filter[")} />
        {mayManage && <Selected {...props} filter={filter} isAsked={!isWrong && filter.every(isWhole)} />}
        <Overrides line={line} />
      </PartForm>
    </div>
  );
}

interface SelectedProps extends PanelProps {
  readonly filter: Filter;
  readonly isAsked: boolean;
}

/** All jobs share the filter, and each may have a company of its own: so one is asked for. */
function Selected({ stored, entity, filter, isAsked }: SelectedProps) {
  const usual = useCompany({ stored, entity });
  const [typed, setTyped] = useState<string>();
  const company = typed ?? usual;
  return (
    <div className="row">
      {entity.isPerCompany && (
        <Field label="Company">
          <Input
            className="number-input"
            value={company ?? ""}
            maxLength={4}
            onChange={(_, { value }) => setTyped(value.toUpperCase())}
          />
        </Field>
      )}
      <SelectedCount project={stored.value.name} entity={entity} company={company} filter={filter} isAsked={isAsked} />
    </div>
  );
}

/** All jobs of the project share the filter, but for those that have one of their own. */
function Overrides({ line: { filterOverriddenBy = [] } }: { readonly line: Line }) {
  if (filterOverriddenBy.length === 0) return null;
  return (
    <>
      <h2>Jobs with a filter of their own</h2>
      <ul>
        {filterOverriddenBy.map(({ activityId, name, filter }) => (
          <li key={activityId}>
            <PageLink to={jobView(activityId)}>
              <bdi>{name}</bdi>
            </PageLink>
            {": "}
            <bdi className="wrap">{filterText(filter)}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}
