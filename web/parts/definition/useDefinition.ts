import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/ApiContext.tsx";
import { type ListName, readDefinition } from "../../api/definitions.ts";

/** A definition as it is stored. */
export function useDefinition<L extends ListName>(list: L, name: string) {
  const api = useApi();
  return useQuery({
    queryKey: [list, name],
    enabled: name !== "",
    queryFn: ({ signal }) => readDefinition(api, list, name, signal),
  });
}
