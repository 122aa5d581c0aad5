import { Button, Checkbox, Input } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from "@fluentui/react-icons";
import { useId } from "react";
import { problemsAt } from "../line/useLineCheck.ts";
import { isSameName } from "../../parts/project.ts";
import { MapLineOptions } from "./MapLineOptions.tsx";
import { lineOfField, type MapLine, type MapLines, swapped, withMapLine, withMember } from "./mapLines.ts";
import type { MapViewProps } from "./MapPicture.tsx";

/** The map in detail: a row for each field, mapped or not; an export in the order of its columns. */
export function MapTable({ entity, direction, map, columns, check, change }: MapViewProps) {
  const list = useId();
  const isExport = direction === "export";
  const unmapped = entity.fields.filter(({ name }) => !lineOfField(map, name));
  const rows = isExport
    ? [...map.map(({ field }) => field), ...unmapped.map(({ name }) => name)]
    : entity.fields.map(({ name }) => name);
  const gone = isExport ? [] : map.filter((line) => !entity.fields.some(({ name }) => isSameName(name, line.field)));
  const heads = [isExport ? "Column of the file" : "Source column", "Default value", "Auto default"];
  return (
    <div role="region" className="wide" aria-label="Mapping details" tabIndex={0}>
      <datalist id={list}>
        {columns.map((column) => (
          <option key={column} value={column}>
            {column}
          </option>
        ))}
      </datalist>
      <table className="plain map-table">
        <thead>
          <tr>
            <th scope="col">Field</th>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {!isExport && <th scope="col">Ignore blank values</th>}
            <th scope="col">More</th>
          </tr>
        </thead>
        <tbody>
          {[...rows, ...gone.map(({ field }) => field)].map((name) => (
            <MapRow
              key={name}
              name={name}
              field={entity.fields.find((field) => isSameName(field.name, name))}
              map={map}
              list={list}
              isExport={isExport}
              problem={problemOf(map, name, check.problems)}
              {...(change && { change })}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function problemOf(map: MapLines, name: string, problems: MapViewProps["check"]["problems"]): string | undefined {
  const index = map.findIndex((line) => isSameName(line.field, name));
  return index < 0 ? undefined : problemsAt(problems, `fieldMap[${index}]`);
}

interface RowProps {
  readonly name: string;
  readonly field: MapViewProps["entity"]["fields"][number] | undefined;
  readonly map: MapLines;
  readonly list: string;
  readonly isExport: boolean;
  readonly problem: string | undefined;
  readonly change?: (map: MapLines) => void;
}

function MapRow({ name, field, map, list, isExport, problem, change }: RowProps) {
  const line = lineOfField(map, name);
  const isRequired = field?.isKey === true || field?.isRequired === true || line?.isRequired === true;
  const blank: MapLine = { field: name, ignoreBlank: false };
  const set = (next: MapLine): void => change?.(withMapLine(map, name, isEmpty(next, isExport) ? undefined : next));
  const flag = (key: "autoDefault" | "ignoreBlank", label: string) => (
    <Checkbox
      aria-label={`${label}: ${name}`}
      disabled={!change || !line}
      checked={line?.[key] === true}
      onChange={(_, { checked }) =>
        line &&
        set(key === "ignoreBlank" ? { ...line, ignoreBlank: checked === true } : withFlag(line, checked === true))
      }
    />
  );
  return (
    <tr className={problem === undefined ? undefined : "wrong"}>
      <th scope="row">
        <FieldName name={name} type={field?.type} isRequired={isRequired} isMapped={line !== undefined} />
        {problem !== undefined && <div className="prose problem">{problem}</div>}
      </th>
      <td>
        <Input
          aria-label={`Column of ${name}`}
          list={list}
          readOnly={!change}
          placeholder={isExport && line ? name : ""}
          value={line?.column ?? ""}
          onChange={(_, { value }) => set(withMember(line ?? blank, "column", value))}
        />
      </td>
      <td>
        <Input
          aria-label={`Default value of ${name}`}
          readOnly={!change}
          value={line?.defaultValue ?? ""}
          onChange={(_, { value }) => set(withMember(line ?? blank, "defaultValue", value))}
        />
      </td>
      <td>{flag("autoDefault", "Auto default")}</td>
      {!isExport && <td>{flag("ignoreBlank", "Ignore blank values")}</td>}
      <td className="map-more">
        {change && <RowActions {...{ name, type: field?.type, map, line, blank, isExport, change, set }} />}
      </td>
    </tr>
  );
}

interface RowActionsProps {
  readonly name: string;
  readonly type: string | undefined;
  readonly map: MapLines;
  readonly line: MapLine | undefined;
  readonly blank: MapLine;
  readonly isExport: boolean;
  readonly change: (map: MapLines) => void;
  readonly set: (next: MapLine) => void;
}

function RowActions({ name, type, map, line, blank, isExport, change, set }: RowActionsProps) {
  return (
    <>
      <MapLineOptions name={name} type={type} line={line ?? blank} isExport={isExport} change={set} />
      {isExport && line && <Order name={name} map={map} change={change} />}
      {isExport && !line && (
        <Button size="small" onClick={() => change([...map, blank])}>
          Add<span className="by-ear"> {name}</span>
        </Button>
      )}
      {line && (
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={`Take ${name} out of the map`}
          onClick={() => change(withMapLine(map, name, undefined))}
        />
      )}
    </>
  );
}

function withFlag(line: MapLine, isSet: boolean): MapLine {
  return withMember(line, "autoDefault", isSet || undefined);
}

/** An import's line that says nothing is none; an export's names its field. */
function isEmpty(line: MapLine, isExport: boolean): boolean {
  const { field: _, ignoreBlank, ...rest } = line;
  return !isExport && !ignoreBlank && Object.keys(rest).length === 0;
}

interface NameProps {
  readonly name: string;
  readonly type: string | undefined;
  readonly isRequired: boolean;
  readonly isMapped: boolean;
}

function FieldName({ name, type, isRequired, isMapped }: NameProps) {
  return (
    <>
      {isRequired && (
        <span className="required" title="Required">
          *<span className="by-ear">required</span>
        </span>
      )}
      <bdi className="wrap">{name}</bdi> <span className="faint">{type ?? "no field of the entity"}</span>
      {isRequired && !isMapped && <div className="problem">Not mapped</div>}
    </>
  );
}

interface OrderProps {
  readonly name: string;
  readonly map: MapLines;
  readonly change: (map: MapLines) => void;
}

function Order({ name, map, change }: OrderProps) {
  const index = map.findIndex((line) => isSameName(line.field, name));
  const move = (by: 1 | -1, label: string, icon: React.JSX.Element) => (
    <Button
      size="small"
      appearance="subtle"
      icon={icon}
      disabled={map[index + by] === undefined}
      aria-label={`${label} ${name}`}
      onClick={() => change(swapped(map, index, by))}
    />
  );
  return (
    <>
      {move(-1, "Move up", <ArrowUpRegular />)}
      {move(1, "Move down", <ArrowDownRegular />)}
    </>
  );
}
