import { applyFolder } from "../../definitions/applyFolder.ts";
import { demoFolder, everyMinuteFrom, importActivityId } from "./definitions.ts";
import { apiOf, type Client, readJson } from "./http.ts";

/** Stores the demo's objects where they are missing; what somebody changed stays as it is. True when it stored any. */
export async function seedDemo(manager: Client): Promise<boolean> {
  const api = apiOf(manager);
  if ((await api("GET", `jobs/${importActivityId}`)).status === 200) return false;
  await applyFolder(api, demoFolder, { onlyMissing: true });
  return true;
}

/** Lets a job's recurrence of one minute start at the given moment. */
export async function startRecurrenceAt(manager: Client, activityId: string, at: number): Promise<void> {
  const path = `/manage/api/jobs/${activityId}`;
  const response = await manager.send("GET", path);
  const etag = response.headers.get("etag") ?? "";
  const {
    activityId: _id,
    version: _version,
    savedAt: _at,
    savedBy: _by,
    links: _links,
    ...job
  } = await readJson<Readonly<Record<string, unknown>>>(response);
  const saved = await manager.send("PUT", path, {
    body: JSON.stringify({ ...job, processingRecurrence: everyMinuteFrom(at) }),
    headers: { "content-type": "application/json", "if-match": etag },
    expected: [200],
  });
  await saved.arrayBuffer();
}
