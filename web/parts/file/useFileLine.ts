import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Api, read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { isSameName, lineOf, readProject } from "../project.ts";
import { useEntities, useFormats } from "../useNames.ts";
import { entityOfColumns, lookAt, nameOfFile } from "./fileLook.ts";

export type Proposal = Schemas["ProposedEntity"];
export type Sampled = Schemas["Sample"];

/** What somebody decided about a file; what is left out is as the file itself suggests. */
export interface FileChoice {
  readonly file?: File;
  readonly format?: string;
  readonly isNew?: boolean;
  readonly entity?: string;
  readonly newName?: string;
  readonly proposal?: Proposal;
}

const savesMax = 3;

/** A file on its way to a line of a project: what it is, which entity it holds, and how that entity looks. */
export function useFileLine() {
  const api = useApi();
  const [choice, setChoice] = useState<FileChoice>({});
  const { data: entities } = useEntities();
  const { data: formats } = useFormats();
  const { file } = choice;
  const look = useQuery({
    queryKey: ["file", file?.name, file?.size, file?.lastModified, formats?.length],
    queryFn: () => (file && formats ? lookAt(file, formats) : undefined),
    enabled: file !== undefined && formats !== undefined,
    refetchInterval: false,
    gcTime: 0,
  });
  const guess = entityOfColumns(look.data?.columns ?? [], entities ?? []);
  const isNew = choice.isNew ?? (entities !== undefined && guess === undefined);
  const format = choice.format ?? look.data?.format ?? "";
  const newName = choice.newName ?? nameOfFile(file?.name ?? "");
  const isPackage = look.data?.isPackage === true;
  const inference = useQuery({
    queryKey: ["inference", file?.name, file?.size, file?.lastModified, format],
    queryFn: async ({ signal }) =>
      read(
        await api.POST("/manage/api/entities/{name}/infer", {
          params: { path: { name: newName || "New" }, query: { format } },
          body: file,
          headers: { "content-type": "application/octet-stream" },
          signal,
        }),
      ),
    enabled: file !== undefined && look.data !== undefined && format !== "" && isNew && !isPackage,
    refetchInterval: false,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  const inferred = inference.data?.definition;
  const proposal = choice.proposal ?? (inferred && { ...inferred, aotName: aotNameOf(newName) || inferred.aotName });
  const entity = isNew ? newName : (choice.entity ?? guess?.name ?? "");
  return {
    choice,
    change: (next: Partial<FileChoice>) => setChoice({ ...choice, ...next }),
    take: (next: File) => setChoice({ file: next }),
    forget: () => setChoice({}),
    look,
    inference,
    entities: entities ?? [],
    formats: formats ?? [],
    isNew,
    isPackage,
    format,
    entity,
    proposal: proposal && { ...proposal, name: newName },
    isReady:
      file !== undefined && (isPackage || (format !== "" && entity !== "" && (!isNew || proposal !== undefined))),
  };
}

export type FileLine = ReturnType<typeof useFileLine>;

/** "Customer groups" as an identifier: CustomerGroupsEntity. */
export function aotNameOf(name: string): string {
  const words = name
    .normalize("NFD")
    .replace(/[^A-Za-z0-9 ]/g, "")
    .split(/\s+/);
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(joined) ? `${joined.slice(0, 70)}Entity` : "";
}

/** Makes the entity where it is new, puts a line for it into the project, and gives it the file as its sample. */
export async function addFile(api: Api, project: string, of: FileLine): Promise<Sampled> {
  const { choice, entity, format, isNew, isPackage, proposal, inference } = of;
  if (!choice.file) throw new Error("There is no file.");
  if (!isPackage && isNew && proposal) {
    await makeEntity(api, proposal);
    const fieldMap = inference.data?.fieldMap.filter(({ field }) =>
      proposal.fields.some(({ name }) => isSameName(name, field)),
    );
    await addLine(api, project, { entity, format, ...(fieldMap && { fieldMap }) });
  }
  const named = isPackage ? {} : { entity, format };
  return read(
    await api.POST("/manage/api/projects/{name}/sample", {
      params: { path: { name: project }, query: { ...named, filename: choice.file.name } },
      body: choice.file,
      headers: { "content-type": "application/octet-stream" },
    }),
  );
}

async function makeEntity(api: Api, proposal: Proposal): Promise<void> {
  const params = { path: { name: proposal.name } };
  const outcome = await api.PUT("/manage/api/entities/{name}", { params, body: proposal });
  if (outcome.response.status !== 428) {
    read(outcome);
    return;
  }
  // Made before, by an attempt that ended half way, or by somebody else: the same one will do.
  const there = read(await api.GET("/manage/api/entities/{name}", { params }));
  const isSame = JSON.stringify(namesOf(there)) === JSON.stringify(namesOf(proposal));
  if (!isSame) throw new Error(`There is another data entity "${proposal.name}" already. Give this one another name.`);
}

function namesOf({ fields }: Pick<Proposal, "fields">) {
  return fields.map(({ name, type, isKey, isRequired, lengthMax }) => [name, type, isKey, isRequired, lengthMax]);
}

/** Adds a line to the project as it is by now: other lines of it do not matter here. */
export async function addLine(api: Api, name: string, line: Schemas["EntityLineRequest"]): Promise<void> {
  for (let saves = 0; saves < savesMax; saves += 1) {
    const { value, etag } = await readProject(api, name);
    const before = lineOf(value, line.entity);
    const params = { path: { name: value.name }, header: { "If-Match": etag } };
    const isOf = ({ entity }: { readonly entity: string }): boolean => isSameName(entity, line.entity);
    // A project that stops in front of its entities keeps the rows of all its lines in staging.
    const added = value.execute ? line : { ...line, skipStaging: false };
    const lines = before
      ? value.lines.map((each) => (isOf(each) ? { ...before, ...added } : each))
      : [...value.lines, added];
    const outcome = await api.PUT("/manage/api/projects/{name}", { params, body: { ...value, lines } });
    if (outcome.response.status === 412) continue;
    read(outcome);
    return;
  }
  throw new Error(`The project "${name}" changes all the time. Try again.`);
}
