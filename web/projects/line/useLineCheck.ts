import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useSettled } from "../../parts/useSettled.ts";
import { lineOf, type Problem, type Project } from "../../parts/project.ts";

const typingMs = 300;

export interface LineCheck {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** What a save of the line would be refused for, asked whenever somebody stops typing. */
export function useLineCheck(draft: Project, entity: string): LineCheck {
  const api = useApi();
  const line = useSettled(lineOf(draft, entity), typingMs);
  const { data } = useQuery({
    queryKey: ["checks", "line", draft.name, line],
    queryFn: async ({ signal }) =>
      line &&
      read(
        await api.POST("/manage/api/projects/{name}/lines/{entity}/check", {
          params: { path: { name: draft.name, entity } },
          body: line,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    enabled: line !== undefined,
    refetchInterval: false,
    gcTime: 0,
  });
  return { problems: data?.problems ?? [], warnings: data?.warnings.map(({ message }) => message) ?? [] };
}

/** What is said of a member, and of whatever lies in it. */
export function problemsAt(problems: readonly Problem[], path: string): string | undefined {
  const found = problems.filter((each) => each.path === path || each.path.startsWith(`${path}.`));
  return found.length === 0 ? undefined : found.map(({ message }) => message).join(" ");
}
