import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/ApiContext.tsx";
import { checkDefinition, type Draft, type ListName } from "../../api/definitions.ts";
import { useSettled } from "../useSettled.ts";

const typingMs = 250;

/** What a save of the draft would be refused for, asked whenever somebody stops typing. */
export function useCheck<L extends ListName>(list: L, draft: Draft<L>) {
  const api = useApi();
  const settled = useSettled(draft, typingMs);
  const { data, error } = useQuery({
    queryKey: ["checks", list, settled],
    queryFn: ({ signal }) => checkDefinition(api, list, settled, signal),
    placeholderData: keepPreviousData,
    refetchInterval: false,
    gcTime: 0,
  });
  return { problems: data?.problems ?? [], warnings: data?.warnings ?? [], error };
}
