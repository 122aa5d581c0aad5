import { demoJobs, entity, everyMinuteFrom, importActivityId, projects } from "./definitions.ts";
import { type Client, readJson } from "./http.ts";

/** Stores the demo's objects where they are missing; what somebody changed stays as it is. True when it stored any. */
export async function seedDemo(manager: Client): Promise<boolean> {
  const found = await manager.send("GET", `/manage/api/jobs/${importActivityId}`, { expected: [200, 404] });
  await found.arrayBuffer();
  if (found.status === 200) return false;
  await put(manager, `entities/${encodeURIComponent(entity.name)}`, entity);
  for (const project of projects) await put(manager, `projects/${encodeURIComponent(project.name)}`, project);
  for (const { activityId, body } of demoJobs(Date.now())) await put(manager, `jobs/${activityId}`, body);
  return true;
}

async function put(manager: Client, path: string, body: object): Promise<void> {
  // 428 says that it is there already: a seed that was cut off goes on where it ended.
  const response = await manager.send("PUT", `/manage/api/${path}`, {
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
    expected: [200, 201, 428],
  });
  await response.arrayBuffer();
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
