import { Button, Field, Input, Select } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useMe } from "../../parts/Me.tsx";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { CheckMessages } from "../line/CheckMessages.tsx";
import type { PanelProps } from "../line/panelProps.ts";
import { problemsAt, useLineCheck } from "../line/useLineCheck.ts";
import { PartForm } from "../PartForm.tsx";
import type { Line } from "../../parts/project.ts";
import { usePart } from "../usePart.ts";
import { type Filter, filterPart } from "./filterPart.ts";
import { SelectedCount } from "./SelectedCount.tsx";

/** Which records an export writes: criteria per field, with the number of records that they select. */
export function FilterPanel(props: PanelProps) {
  const { stored, line, entity } = props;
  const { mayManage } = useMe();
  const part = filterPart(line.entity);
  const editing = usePart(stored, part, line.filter ?? []);
  const { part: filter, change, draft } = editing;
  const check = useLineCheck(draft, line.entity);
  const isWrong = check.problems.some(({ path }) => path.startsWith("filter"));
  const add = (
    <Button onClick={() => change([...filter, { field: freeField(props, filter), criteria: "" }])}>Add</Button>
  );
  return (
    <div className="panel">
      <PartForm editing={editing} part={part} actions={add}>
        <p className="faint">
          Different fields hold together; several criteria for one field are alternatives. Such as <code>Smith</code>,{" "}
          <code>10..40, !30</code>, <code>S*</code>, <code>&gt;1000</code>, <code>&quot;&quot;</code> for blank,{" "}
          <code>(DayRange(-30,0))</code>.
        </p>
        {filter.length === 0 && <p>No criteria: all records are selected.</p>}
        <ul className="criteria">
          {filter.map((entry, index) => (
            // Two entries may say the same; they have no name but their place.
            <Criterion
              key={index}
              number={index + 1}
              entry={entry}
              fields={entity.fields.map(({ name }) => name)}
              // Nothing is wrong with what nobody has typed yet; a save says it where it stays so.
              problem={isWhole(entry) ? problemsAt(check.problems, `filter[${index}]`) : undefined}
              {...(mayManage && {
                change: (next) => change(next ? filter.with(index, next) : filter.toSpliced(index, 1)),
              })}
            />
          ))}
        </ul>
        <CheckMessages check={check} isShown={(path) => path.startsWith("filter[")} />
        {mayManage && <SelectedCount {...props} filter={filter} isAsked={!isWrong && filter.every(isWhole)} />}
        <Overrides line={line} />
      </PartForm>
    </div>
  );
}

function isWhole({ criteria }: Filter[number]): boolean {
  return criteria !== "";
}

function freeField({ entity }: PanelProps, filter: Filter): string {
  const free = entity.fields.find(({ name }) => !filter.some(({ field }) => field === name));
  return (free ?? entity.fields[0])?.name ?? "";
}

interface CriterionProps {
  readonly number: number;
  readonly entry: Filter[number];
  readonly fields: readonly string[];
  readonly problem: string | undefined;
  readonly change?: (entry: Filter[number] | undefined) => void;
}

function Criterion({ number, entry, fields, problem, change }: CriterionProps) {
  const known = fields.includes(entry.field) ? fields : [...fields, entry.field];
  return (
    <li className="row">
      <Field label={`Field ${number}`}>
        <Select
          value={entry.field}
          disabled={!change}
          onChange={(_, { value }) => change?.({ ...entry, field: value })}
        >
          {known.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
      <Field
        label={`Criteria ${number}`}
        className="criteria-text"
        {...(problem !== undefined && { validationMessage: problem })}
      >
        <Input
          value={entry.criteria}
          readOnly={!change}
          onChange={(_, { value }) => change?.({ ...entry, criteria: value })}
        />
      </Field>
      {change && (
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={`Remove criteria ${number}`}
          onClick={() => change(undefined)}
        />
      )}
    </li>
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
            <PageLink to={viewOf("jobs", activityId.replace(/[{}]/g, "").toLowerCase())}>
              <bdi>{name}</bdi>
            </PageLink>
            {": "}
            <bdi className="wrap">
              {filter.length === 0
                ? "all records"
                : filter.map(({ field, criteria }) => `${field} ${criteria}`).join("; ")}
            </bdi>
          </li>
        ))}
      </ul>
    </>
  );
}
