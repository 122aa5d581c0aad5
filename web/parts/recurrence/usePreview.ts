import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useSettled } from "../useSettled.ts";

export type Recurrence = Schemas["RecurrenceRequest"];

const typingMs = 250;
/** Due times come and go while somebody looks. */
const againMs = 60_000;

/** What a recurrence comes to, saved or not: in words, its next due times, what is odd about it, or what is wrong. */
export function usePreview(recurrence: Recurrence) {
  const api = useApi();
  const settled = useSettled(recurrence, typingMs);
  return useQuery({
    queryKey: ["recurrences", settled],
    queryFn: async ({ signal }) => read(await api.POST("/manage/api/recurrences/preview", { body: settled, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: againMs,
  });
}
