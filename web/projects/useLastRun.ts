import { useQuery } from "@tanstack/react-query";
import { type Api, read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { isSameName, type Project } from "../parts/project.ts";

export interface RunOfEntity {
  readonly executionId: string;
  readonly direction: Project["direction"];
  readonly startedAt: string;
  readonly entity: Schemas["EntityExecution"];
}

const jobsMax = 10;
/** A newest message that did not run yet stands before the one that did. */
const messagesMax = 10;

/** The recurring data jobs of a project. */
export function useProjectJobs({ name }: Pick<Project, "name">) {
  const api = useApi();
  return useQuery({
    queryKey: ["project", name, "jobs"],
    queryFn: async ({ signal }) => {
      const { items } = read(await api.GET("/manage/api/jobs", { params: { query: { limit: 200 } }, signal }));
      return items.filter(({ project }) => isSameName(project, name));
    },
  });
}

/** What the newest run of each entity came to, among the newest messages of the project's jobs. */
export function useLastRun(project: Pick<Project, "name">): readonly RunOfEntity[] | undefined {
  const api = useApi();
  const { data: jobs } = useProjectJobs(project);
  const ids = jobs?.slice(0, jobsMax).map(({ activityId }) => activityId);
  return useQuery({
    queryKey: ["project", project.name, "runs", ids],
    queryFn: async ({ signal }) => {
      const runs = await Promise.all((ids ?? []).map((id) => readRun(api, id, signal)));
      return newestByEntity(runs.filter((run) => run !== undefined));
    },
    enabled: ids !== undefined,
  }).data;
}

async function readRun(api: Api, activityId: string, signal: AbortSignal) {
  const { items } = read(
    await api.GET("/manage/api/jobs/{activityId}/messages", {
      params: { path: { activityId }, query: { limit: messagesMax } },
      signal,
    }),
  );
  const id = items.find(({ executionId }) => executionId !== undefined)?.executionId;
  if (id === undefined) return undefined;
  const answer = await api.GET("/manage/api/executions/{id}", { params: { path: { id } }, signal });
  // Its history may have been cleaned up in this moment.
  return answer.response.status === 404 ? undefined : read(answer);
}

function newestByEntity(runs: readonly Schemas["Execution"][]): readonly RunOfEntity[] {
  return runs
    .flatMap(({ id, direction, startedAt, entities }) =>
      entities.map((entity) => ({ executionId: id, direction, startedAt, entity })),
    )
    .toSorted((one, other) => other.startedAt.localeCompare(one.startedAt));
}
