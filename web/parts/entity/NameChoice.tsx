import { Select, type SelectProps } from "@fluentui/react-components";
import { useEffect } from "react";
import { useApi } from "../../api/ApiContext.tsx";
import { type ListName, listDefinitions } from "../../api/definitions.ts";
import { usePages } from "../../api/usePages.ts";

interface Props extends Omit<SelectProps, "value" | "onChange"> {
  readonly list: ListName;
  readonly value: string;
  readonly change: (name: string) => void;
  /** What stands for no name, where there need not be one. */
  readonly none?: string;
}

const offeredMax = 1_000;

/** The name of a definition, out of those that there are. */
export function NameChoice({ list, value, change, none, ...select }: Props) {
  const api = useApi();
  const { items, more } = usePages([list], (continuation, signal) => listDefinitions(api, list, continuation, signal));
  useEffect(() => {
    if (items.length < offeredMax) more?.();
  }, [items.length, more]);
  const names = items.map(({ name }) => name);
  const isThere = value === "" || names.includes(value);
  return (
    <Select {...select} value={value} onChange={(_, data) => change(data.value)}>
      {(none !== undefined || value === "") && <option value="">{none ?? "Choose one"}</option>}
      {!isThere && <option>{value}</option>}
      {names.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
