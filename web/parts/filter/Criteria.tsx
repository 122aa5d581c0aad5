import { Button, Field, Input, Select } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import "./filter.css";
import type { Filter } from "./filter.ts";

interface Props {
  readonly filter: Filter;
  /** Of the entity. */
  readonly fields: readonly string[];
  /** As the API calls the filter: "filter", "filters[0].filter". */
  readonly path: string;
  readonly problemAt: (path: string, entry: Filter[number]) => string | undefined;
  /** Absent for who may only look; with the path of what is changed. */
  readonly change?: (filter: Filter, path: string) => void;
}

/** The criteria of a filter, field by field. */
export function Criteria({ filter, fields, path, problemAt, change }: Props) {
  return (
    <>
      <p className="faint">
        Different fields hold together; several criteria for one field are alternatives. Such as <code>Smith</code>,{" "}
        <code>10..40, !30</code>, <code>S*</code>, <code>&gt;1000</code>, <code>&quot;&quot;</code> for blank,{" "}
        <code>(DayRange(-30,0))</code>.
      </p>
      {filter.length === 0 && <p>No criteria: all records are selected.</p>}
      <ul className="criteria">
        {filter.map((entry, index) => {
          const at = `${path}[${index}]`;
          return (
            // Two entries may say the same; they have no name but their place.
            <Criterion
              key={index}
              number={index + 1}
              path={at}
              entry={entry}
              fields={fields}
              problem={problemAt(at, entry)}
              {...(change && {
                change: (next) => change(next ? filter.with(index, next) : filter.toSpliced(index, 1), at),
              })}
            />
          );
        })}
      </ul>
    </>
  );
}

interface CriterionProps {
  readonly number: number;
  readonly path: string;
  readonly entry: Filter[number];
  readonly fields: readonly string[];
  readonly problem: string | undefined;
  readonly change?: (entry: Filter[number] | undefined) => void;
}

function Criterion({ number, path, entry, fields, problem, change }: CriterionProps) {
  const known = fields.includes(entry.field) ? fields : [...fields, entry.field];
  return (
    <li className="row" data-path={path}>
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
