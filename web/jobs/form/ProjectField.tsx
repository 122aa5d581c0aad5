import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { read, Refused } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { SuggestInput } from "../../parts/SuggestInput.tsx";
import { useSettled } from "../../parts/useSettled.ts";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";

const typingMs = 250;
const offeredMax = 1_000;

/** The data project that the job runs, and whose direction is the job's. */
export function ProjectField({ isNew }: { readonly isNew: boolean }) {
  const { draft, change } = useDrafting();
  const { project, direction } = draft;
  const facts = useProject(project);
  const found = facts.data?.direction;
  useEffect(() => {
    if (isNew && found !== undefined && found !== direction) change({ direction: found });
  }, [isNew, found, direction, change]);
  const names = useProjectNames(isNew ? undefined : direction);
  return (
    <DraftField path="project" label="Data project" required hint={hintOf(facts.data)}>
      <SuggestInput value={project} suggestions={names} change={(next) => change({ project: next })} />
    </DraftField>
  );
}

interface ProjectFacts {
  readonly direction: "import" | "export";
  readonly lines: readonly { readonly entity: string; readonly format: string }[];
}

function hintOf(facts: ProjectFacts | undefined): string {
  if (!facts) return "What moves, and how: its entities, formats and maps.";
  const lines = facts.lines.map(({ entity, format }) => `${entity} (${format})`).join(", ");
  return `${facts.direction === "import" ? "Imports" : "Exports"} ${lines === "" ? "no entity yet" : lines}.`;
}

function useProject(name: string) {
  const api = useApi();
  const settled = useSettled(name.trim(), typingMs);
  return useQuery({
    queryKey: ["projects", settled, "ofJob"],
    enabled: settled !== "",
    queryFn: async ({ signal }) => {
      const outcome = await api.GET("/manage/api/projects/{name}", { params: { path: { name: settled } }, signal });
      try {
        return read(outcome);
      } catch (error) {
        // Somebody is typing still; the check says so where it stays like that.
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
    select: (found) => found ?? undefined,
  });
}

/** Those that may be chosen, as far as one chooses from a list: whoever has more types the name. */
function useProjectNames(direction: string | undefined): readonly string[] {
  const api = useApi();
  const { items, more } = usePages(["projects"], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/projects", {
        params: { query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  useEffect(() => {
    if (items.length < offeredMax) more?.();
  }, [items.length, more]);
  return items.filter((each) => direction === undefined || each.direction === direction).map(({ name }) => name);
}
