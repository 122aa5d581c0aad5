import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useSettled } from "../useSettled.ts";
import { bodyOf, type JobDraft } from "./jobDraft.ts";

export type Problem = Schemas["DefinitionProblem"];

const typingMs = 250;
const noProblems: readonly Problem[] = [];

/** What a save of the draft would be refused for, asked whenever somebody stops typing. */
export function useJobCheck(activityId: string, draft: JobDraft) {
  const api = useApi();
  const settled = useSettled(draft, typingMs);
  const ask = async (asked: JobDraft, signal?: AbortSignal) =>
    read(
      await api.POST("/manage/api/jobs/{activityId}/check", {
        params: { path: { activityId } },
        body: bodyOf(asked),
        ...(signal && { signal }),
      }),
    );
  const { data, error } = useQuery({
    queryKey: ["checks", activityId, settled],
    queryFn: ({ signal }) => ask(settled, signal),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  return { problems: data?.problems ?? noProblems, warnings: data?.warnings ?? [], error, ask };
}
