import { read, readVersioned } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { bodyOf, draftOf, type JobDraft } from "../parts/job/jobDraft.ts";

/**
 * Changes one thing about a job as it stands in that moment, and nothing that somebody else has changed. Refused where
 * somebody saves it in the same moment.
 */
export function useAmendJob(activityId: string) {
  const api = useApi();
  const path = { activityId };
  return useChange(async (amend: (draft: JobDraft) => JobDraft) => {
    const stored = readVersioned(await api.GET("/manage/api/jobs/{activityId}", { params: { path } }));
    return read(
      await api.PUT("/manage/api/jobs/{activityId}", {
        params: { path, header: { "If-Match": stored.etag } },
        body: bodyOf(amend(draftOf(stored.value))),
      }),
    );
  });
}
