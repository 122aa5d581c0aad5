// One whole way by a client that openapi-fetch makes of the generated types: definitions, a file in, a package out. It
// has no cast. Says on its last line what it came to; an answer that the document does not declare ends it.
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import createClient from "openapi-fetch";
import { type ApiDocument, apiChecker, checkedFetch } from "../support/apiChecker.ts";
import type { components, paths } from "./generated/api.ts";

interface Facts {
  readonly baseUrl: string;
  readonly document: string;
  readonly client: string;
  readonly manager: string;
  readonly applicationId: string;
}

const pollMs = 100;
const pollsMax = 600;
const entity = "API vendors";
const importName = "API vendor import";
const exportName = "API vendor export";
const csv = "Vendor,Name\r\n10,Müller\r\n20,Æble\r\n";

const facts: Facts = JSON.parse(process.argv[2] ?? "{}");
const document: ApiDocument = JSON.parse(await readFile(facts.document, "utf8"));
const checker = apiChecker(document);
const connect = (authorization: string) =>
  createClient<paths>({
    baseUrl: facts.baseUrl,
    fetch: checkedFetch(checker),
    headers: { Authorization: authorization },
    bodySerializer: (body: unknown) => (body instanceof Blob ? body : JSON.stringify(body)),
  });
const client = connect(facts.client);
const manager = connect(facts.manager);
/** As the document says: by name, each a parameter of its own. */
const querySerializer = { object: { style: "form", explode: true } } as const;
const binary = { "Content-Type": "application/octet-stream" };
const file = new Blob([csv]);

/** What a call answers when it is well; its problem is the error otherwise. */
function need<T>(
  what: string,
  { data, error }: { readonly data?: T; readonly error?: components["schemas"]["Problem"] },
): T {
  if (data === undefined) throw new Error(`${what}: ${error?.status} ${error?.detail}`);
  return data;
}

async function poll<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let polls = 0; polls < pollsMax; polls++) {
    const found = await look();
    if (found !== undefined) return found;
    await setTimeout(pollMs);
  }
  throw new Error(`Waited in vain for ${what}.`);
}

async function define() {
  const proposed = await manager.POST("/manage/api/entities/{name}/infer", {
    params: { path: { name: entity } },
    body: file,
    headers: binary,
  });
  const { definition, fieldMap } = need("infer", proposed);
  const body = { ...definition, isChangeTracked: true };
  need("entity", await manager.PUT("/manage/api/entities/{name}", { params: { path: { name: entity } }, body }));
  const lines = [{ entity, format: "CSV", fieldMap }];
  for (const [name, direction] of [
    [importName, "import"],
    [exportName, "export"],
  ] as const) {
    const project = { name, direction, lines };
    need(name, await manager.PUT("/manage/api/projects/{name}", { params: { path: { name } }, body: project }));
  }
}

async function makeJob(name: string, direction: "import" | "export"): Promise<string> {
  const applications = [{ applicationId: facts.applicationId }];
  const processingRecurrence = { start: "2036-01-01T00:00:00", frequency: "day" as const };
  const body = { name, project: name, direction, applications, processingRecurrence };
  return need("job", await manager.POST("/manage/api/jobs", { body })).activityId;
}

async function run(activityId: string): Promise<void> {
  need("run", await manager.POST("/manage/api/jobs/{activityId}/run", { params: { path: { activityId } } }));
}

async function bringIn(activityId: string) {
  const pushed = await client.POST("/api/connector/enqueue/{activityId}", {
    params: { path: { activityId }, query: { entity }, header: { "x-ms-dyn-externalidentifier": "vendors.csv" } },
    body: file,
    headers: binary,
  });
  const jobId = need("enqueue", pushed);
  await run(activityId);
  const status = await poll("the import", async () => {
    const params = { path: { activityId }, query: { jobId } };
    const answer = need("status", await client.GET("/api/connector/jobstatus/{activityId}", { params }));
    return answer.DataJobStatus.DataJobState >= 5 ? answer : undefined;
  });
  const { data } = await manager.GET("/manage/api/messages/{id}/content", {
    params: { path: { id: jobId } },
    parseAs: "text",
  });
  return {
    id: jobId,
    state: status.DataJobStatus.DataJobState,
    rows: status.ExecutionDetail[0]?.TargetRecords,
    kept: data,
  };
}

async function takeOut(activityId: string) {
  const params = { path: { activityId } };
  await run(activityId);
  const body = await poll("the export", async () => {
    const { data, error } = await client.GET("/api/connector/dequeue/{activityId}", { params });
    if (error) throw new Error(error.detail);
    return data;
  });
  const query = new URL(body.DownloadLocation).searchParams;
  const wanted = { blob: query.get("blob") ?? "", "correlation-id": query.get("correlation-id") ?? "" };
  const package_ = await client.GET("/api/connector/download/{activityId}", {
    params: { path: { activityId }, query: wanted },
    parseAs: "arrayBuffer",
  });
  const bytes = need("download", package_);
  const { response } = await client.POST("/api/connector/ack/{activityId}", { params, body });
  return { signature: Buffer.from(bytes).toString("latin1", 0, 2), acked: response.status };
}

async function look(activityId: string, id: string) {
  const job = { path: { activityId } };
  const { data: messages } = await manager.GET("/manage/api/jobs/{activityId}/messages", { params: job });
  const params = { path: { name: entity }, query: { limit: 1 } };
  const records = need("records", await manager.GET("/manage/api/entities/{name}/records", { params }));
  const one = { path: { name: entity }, query: { key: ["20"] } };
  const found = need("record", await manager.GET("/manage/api/entities/{name}/records", { params: one }));
  const named = { path: { name: entity }, query: { keyFields: { Vendor: "20" } } };
  const byName = await manager.GET("/manage/api/entities/{name}/records", { params: named, querySerializer });
  const message = need("message", await manager.GET("/manage/api/messages/{id}", { params: { path: { id } } }));
  await manager.GET("/manage/api/jobs/{activityId}/occurrences", { params: job });
  await manager.GET("/manage/api/jobs/{activityId}/load", { params: job });
  const trail = need(
    "audit",
    await manager.GET("/manage/api/audit", { params: { query: { kind: "job", target: activityId } } }),
  );
  return {
    states: messages?.items.map(({ state }) => state),
    first: records.items,
    goesOn: records.continuation !== undefined,
    found: [...found.items, ...need("record by name", byName).items].map(({ NAME }) => NAME),
    history: message.history.map(({ state }) => state),
    audited: trail.items.map(({ action, kind }) => `${action} ${kind}`),
  };
}

async function refusals(activityId: string) {
  const none = await client.GET("/manage/api/jobs", {});
  const unknown = await manager.GET("/manage/api/projects/{name}", { params: { path: { name: "nobody's" } } });
  const body = { name: importName, direction: "import" as const, lines: [] };
  const params = { path: { name: importName }, header: { "If-Match": '"AAAA"' } };
  const stale = await manager.PUT("/manage/api/projects/{name}", { params, body });
  const gone = await manager.DELETE("/manage/api/jobs/{activityId}", {
    params: { path: { activityId }, header: { "If-Match": "*" } },
  });
  return [none, unknown, stale, gone].map(({ error }) => error?.status);
}

await define();
const importJob = await makeJob(importName, "import");
const exportJob = await makeJob(exportName, "export");
const sent = await bringIn(importJob);
const fetched = await takeOut(exportJob);
const seen = await look(importJob, sent.id);
const refused = await refusals(importJob);
console.log(JSON.stringify({ sent, fetched, seen, refused, checked: checker.seen().length }));
