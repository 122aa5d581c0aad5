import { Button, Select } from "@fluentui/react-components";
import { ArrowUpRegular, DismissRegular } from "@fluentui/react-icons";
import type { Sort } from "./lineSettings.ts";

interface Props {
  readonly sort: Sort;
  readonly fields: readonly string[];
  readonly problem: string | undefined;
  /** Absent for who may only look. */
  readonly change?: (sort: Sort) => void;
}

/** The order of an export's rows: by the first field, where that is the same by the next one. */
export function SortFields({ sort, fields, problem, change }: Props) {
  const free = fields.find((name) => !sort.some(({ field }) => field === name));
  return (
    <fieldset className="sub">
      <legend>Order of the rows</legend>
      {sort.length === 0 && <p className="faint">That of the key.</p>}
      {sort.map((entry, index) => (
        <SortField
          // They have no name but their place.
          key={index}
          number={index + 1}
          entry={entry}
          fields={fields}
          {...(change && {
            change: (next) => change(next ? sort.with(index, next) : sort.toSpliced(index, 1)),
            ...(index > 0 && { moveUp: () => change(sort.toSpliced(index, 1).toSpliced(index - 1, 0, entry)) }),
          })}
        />
      ))}
      {problem !== undefined && <p className="problem prose">{problem}</p>}
      {change && free !== undefined && (
        <div>
          <Button size="small" onClick={() => change([...sort, { field: free }])}>
            Add a field
          </Button>
        </div>
      )}
    </fieldset>
  );
}

interface SortFieldProps {
  readonly number: number;
  readonly entry: Sort[number];
  readonly fields: readonly string[];
  readonly change?: (entry: Sort[number] | undefined) => void;
  readonly moveUp?: () => void;
}

function SortField({ number, entry: { field, descending }, fields, change, moveUp }: SortFieldProps) {
  const known = fields.includes(field) ? fields : [...fields, field];
  return (
    <div className="row">
      <Select
        aria-label={`Field ${number} of the order`}
        value={field}
        disabled={!change}
        onChange={(_, { value }) => change?.({ field: value, ...(descending === true && { descending }) })}
      >
        {known.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Select
        aria-label={`Direction ${number}`}
        value={descending === true ? "descending" : "ascending"}
        disabled={!change}
        onChange={(_, { value }) => change?.({ field, ...(value === "descending" && { descending: true }) })}
      >
        <option value="ascending">Ascending</option>
        <option value="descending">Descending</option>
      </Select>
      {moveUp && (
        <Button appearance="subtle" icon={<ArrowUpRegular />} aria-label={`Move up ${field}`} onClick={moveUp} />
      )}
      {change && (
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={`Take ${field} out of the order`}
          onClick={() => change(undefined)}
        />
      )}
    </div>
  );
}
