import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Api, read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { isSameName, lineOf, readProject } from "../project.ts";
import { useEntities, useFormats } from "../useNames.ts";
import { aotNameOf } from "../entity/entityDraft.ts";
import { entityOfFile, lookAt } from "./fileLook.ts";
import { makeEntity } from "./makeEntity.ts";
import { nameOfFile } from "./nameOfFile.ts";

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
  const guess = look.data && entityOfFile(look.data, entities ?? []);
  const isNew = choice.isNew ?? (entities !== undefined && guess === undefined);
  const format = choice.format ?? look.data?.format ?? "";
  const newName = choice.newName ?? nameOfFile(file?.name ?? "");
  const isPackage = look.data?.isPackage === true;
  const inference = useInferred(isNew && !isPackage && look.data ? file : undefined, newName, format);
  const inferred = inference.data?.definition;
  const proposed = choice.proposal ?? inferred;
  // Records of XML are called by it, whatever people call the entity.
  const isOfFile = formats?.find(({ name }) => name === format)?.kind.startsWith("xml");
  const aotName = (isOfFile ? inferred?.aotName : aotNameOf(newName)) || inferred?.aotName;
  const proposal = proposed && { ...proposed, name: newName, ...(aotName !== undefined && { aotName }) };
  const entity = isNew ? newName : (choice.entity ?? guess?.name ?? "");
  const fieldMap = inference.data?.fieldMap.filter(({ field }) =>
    proposal?.fields.some(({ name }) => isSameName(name, field)),
  );
  return {
    choice,
    change: (next: Partial<FileChoice>) => setChoice({ ...keptAt(choice, next), ...next }),
    take: (next: File) => setChoice({ file: next }),
    forget: () => setChoice({}),
    /** Holds on to what the file suggests: an entity that is made of it now would be the one that it seems to hold later. */
    decide: () => setChoice({ ...choice, isNew, format, ...(isNew ? { newName } : { entity }) }),
    look,
    inference,
    entities: entities ?? [],
    formats: formats ?? [],
    isNew,
    isPackage,
    format,
    entity,
    proposal,
    /** Which column feeds which field of the new entity. */
    fieldMap,
    isReady:
      file !== undefined && (isPackage || (format !== "" && entity !== "" && (!isNew || proposal !== undefined))),
  };
}

/** Read in another format, a file has other columns. */
function keptAt({ proposal, ...choice }: FileChoice, { format }: Partial<FileChoice>): FileChoice {
  return { ...choice, ...(proposal && format === undefined && { proposal }) };
}

/** What entity the file suggests, read in the format. */
function useInferred(file: File | undefined, name: string, format: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["inference", file?.name, file?.size, file?.lastModified, format],
    queryFn: async ({ signal }) =>
      read(
        await api.POST("/manage/api/entities/{name}/infer", {
          params: { path: { name: name || "New" }, query: { format } },
          body: file,
          headers: { "content-type": "application/octet-stream" },
          signal,
        }),
      ),
    enabled: file !== undefined && format !== "",
    refetchInterval: false,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  });
}

export type FileLine = ReturnType<typeof useFileLine>;

/** Makes the entity where it is new, puts a line for it into the project, and gives it the file as its sample. */
export async function addFile(api: Api, project: string, of: FileLine): Promise<Sampled> {
  const { choice, entity, format, isNew, isPackage, proposal, fieldMap } = of;
  if (!choice.file) throw new Error("There is no file.");
  if (!isPackage && isNew && proposal) {
    await makeEntity(api, proposal);
    await addLine(api, project, { entity, format, ...(fieldMap && { fieldMap }) });
  }
  return giveSample(api, project, choice.file, isPackage ? {} : { entity, format });
}

/** Gives a project the file as a sample: of the line that is named, or of those that a package's manifest names. */
export async function giveSample(
  api: Api,
  project: string,
  file: File,
  line: { readonly entity?: string; readonly format?: string },
): Promise<Sampled> {
  return read(
    await api.POST("/manage/api/projects/{name}/sample", {
      params: { path: { name: project }, query: { ...line, filename: file.name } },
      body: file,
      headers: { "content-type": "application/octet-stream" },
    }),
  );
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
