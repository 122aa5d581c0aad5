import { useEffect } from "react";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { SuggestInput } from "../../parts/SuggestInput.tsx";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";
import { useDraftProject } from "./useDraftProject.ts";

const offeredMax = 1_000;

/** The data project that the job runs, and whose direction is the job's. */
export function ProjectField({ isNew }: { readonly isNew: boolean }) {
  const { draft, change } = useDrafting();
  const { project, direction } = draft;
  const facts = useDraftProject(project);
  const found = facts?.direction;
  useEffect(() => {
    if (isNew && found !== undefined && found !== direction) change({ direction: found });
  }, [isNew, found, direction, change]);
  const names = useProjectNames(isNew ? undefined : direction);
  return (
    <DraftField path="project" label="Data project" required hint={hintOf(facts)}>
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
