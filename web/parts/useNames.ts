import { useQuery } from "@tanstack/react-query";
import { type Api, read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";

export type Entity = Schemas["Entity"];
export type Format = Schemas["Format"];

/** Of each kind; whatever is beyond can still be typed. */
const pagesMax = 10;

interface PageOf<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

async function readAll<T>(readPage: (query: { limit: number; continuation?: string }) => Promise<PageOf<T>>) {
  const items: T[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await readPage({ limit: 200, ...(continuation !== undefined && { continuation }) });
    items.push(...page.items);
    continuation = page.continuation;
    if (continuation === undefined) break;
  }
  return items;
}

/** The data entities of the service. */
export function useEntities() {
  const api = useApi();
  return useQuery({
    queryKey: ["names", "entities"],
    queryFn: ({ signal }) =>
      readAll(async (query) => read(await api.GET("/manage/api/entities", { params: { query }, signal }))),
  });
}

/** The source data formats of the service, those that are built in first. */
export function useFormats() {
  const api = useApi();
  return useQuery({
    queryKey: ["names", "formats"],
    queryFn: ({ signal }) =>
      readAll<Format>(async (query) => read(await api.GET("/manage/api/formats", { params: { query }, signal }))),
  });
}

export function useStylesheets() {
  const api = useApi();
  return useQuery({ queryKey: ["names", "stylesheets"], queryFn: ({ signal }) => readStylesheets(api, signal) });
}

async function readStylesheets(api: Api, signal: AbortSignal): Promise<readonly string[]> {
  const all = await readAll(async (query) =>
    read(await api.GET("/manage/api/stylesheets", { params: { query }, signal })),
  );
  return all.map(({ name }) => name);
}

/** One entity, by its name. */
export function useEntity(name: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["names", "entities", name],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/entities/{name}", { params: { path: { name } }, signal })),
  });
}

/** The data projects of the service. */
export function useProjects() {
  const api = useApi();
  return useQuery({
    queryKey: ["names", "projects"],
    queryFn: ({ signal }) =>
      readAll(async (query) => read(await api.GET("/manage/api/projects", { params: { query }, signal }))),
  });
}

/** The recurring data jobs of the service. */
export function useJobs() {
  const api = useApi();
  return useQuery({
    queryKey: ["names", "jobs"],
    queryFn: ({ signal }) =>
      readAll(async (query) => read(await api.GET("/manage/api/jobs", { params: { query }, signal }))),
  });
}
