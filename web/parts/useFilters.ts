import { useSearchParams } from "react-router";

type Set = (parameter: string, value: string, replace?: boolean) => void;

/** The filters of a list, which stand in the address; an empty one stands there not. `replace` adds no step to go back to. */
export function useFilters(): readonly [search: URLSearchParams, set: Set] {
  const [search, setSearch] = useSearchParams();
  const set: Set = (parameter, value, replace = false) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "") next.delete(parameter);
        else next.set(parameter, value);
        return next;
      },
      { replace },
    );
  return [search, set];
}
