import { read, readVersioned, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";
import { bodyOf, type JobDraft } from "../../parts/job/jobDraft.ts";

export interface StoredJob {
  readonly value: Schemas["Job"];
  readonly etag: string;
}

interface Save {
  readonly draft: JobDraft;
  /** Of the version that is to be replaced; absent where there is none yet. */
  readonly etag: string | undefined;
}

/** Saves a job; answers the version that somebody else saved in the meantime, where that is so and nothing was saved. */
export function useSaveJob(activityId: string) {
  const api = useApi();
  const params = { path: { activityId } };
  return useChange(async ({ draft, etag }: Save): Promise<StoredJob | undefined> => {
    const outcome = await api.PUT("/manage/api/jobs/{activityId}", {
      params: { ...params, ...(etag !== undefined && { header: { "If-Match": etag } }) },
      body: bodyOf(draft),
    });
    const { status } = outcome.response;
    if (status === 412 || status === 428)
      return readVersioned(await api.GET("/manage/api/jobs/{activityId}", { params }));
    read(outcome);
    return undefined;
  });
}
