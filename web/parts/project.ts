import { useQuery } from "@tanstack/react-query";
import { type Api, read, readVersioned, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";

export type Project = Schemas["Project"];
export type Line = Schemas["EntityLine"];
export type Problem = Schemas["DefinitionProblem"];

export interface Stored {
  readonly value: Project;
  readonly etag: string;
}

/** Names are one whatever their case, and however their letters are composed. */
export function isSameName(one: string, other: string): boolean {
  return one.normalize("NFC").toLowerCase() === other.normalize("NFC").toLowerCase();
}

export function lineOf(project: Project, entity: string): Line | undefined {
  return project.lines.find((line) => isSameName(line.entity, entity));
}

/** The project with another line for the entity; undefined takes the entity out of it. */
export function withLine(project: Project, entity: string, next: Line | undefined): Project {
  const lines = project.lines.flatMap((line) => (isSameName(line.entity, entity) ? (next ? [next] : []) : [line]));
  return { ...project, lines };
}

export async function readProject(api: Api, name: string, signal?: AbortSignal): Promise<Stored> {
  const path = "/manage/api/projects/{name}" as const;
  return readVersioned(await api.GET(path, { params: { path: { name } }, ...(signal && { signal }) }));
}

/** A data project, with the ETag that a change of it must name. */
export function useProject(name: string) {
  const api = useApi();
  return useQuery({ queryKey: ["project", name], queryFn: ({ signal }) => readProject(api, name, signal) });
}

/** Undefined where somebody else saved it before, and nothing was saved. */
export async function saveProject(api: Api, draft: Project, etag: string): Promise<Stored | undefined> {
  const outcome = await api.PUT("/manage/api/projects/{name}", {
    params: { path: { name: draft.name }, header: { "If-Match": etag } },
    body: draft,
  });
  return outcome.response.status === 412 ? undefined : readVersioned(outcome);
}

export async function removeProject(api: Api, name: string, etag: string): Promise<void> {
  const params = { path: { name }, header: { "If-Match": etag } };
  read(await api.DELETE("/manage/api/projects/{name}", { params }));
}
