import { type Api, readVersioned, type Schemas } from "../../api/api.ts";
import { isSame } from "../../parts/differences.ts";
import { bodyOf, draftOf, type Job, type JobDraft } from "../../parts/job/jobDraft.ts";

/** Makes the job under its id. One whose answer was lost on the way is found again, and brought to what is wished by now. */
export async function makeJob(api: Api, activityId: string, draft: JobDraft): Promise<Job> {
  const body = bodyOf(draft);
  const first = await save(api, activityId, body);
  if (first) return first;
  const { value, etag } = readVersioned(
    await api.GET("/manage/api/jobs/{activityId}", { params: { path: { activityId } } }),
  );
  // A later version is somebody's who found the job in the list.
  if (value.version > 1 || isSame(bodyOf(draftOf(value)), body)) return value;
  return (await save(api, activityId, body, etag)) ?? value;
}

/** Undefined where another version is there than the one that was named. */
async function save(
  api: Api,
  activityId: string,
  body: Schemas["JobRequest"],
  etag?: string,
): Promise<Job | undefined> {
  const outcome = await api.PUT("/manage/api/jobs/{activityId}", {
    params: { path: { activityId }, ...(etag !== undefined && { header: { "If-Match": etag } }) },
    body,
  });
  const { status } = outcome.response;
  return status === 412 || status === 428 ? undefined : readVersioned(outcome).value;
}
