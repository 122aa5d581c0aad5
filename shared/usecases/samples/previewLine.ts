import { isNamed, isSameName } from "../../domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { oddityWarnings } from "../../domain/oddCells.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import { readStart } from "../../formats/byteChunks.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import type { Ports } from "../../ports.ts";
import type { EntityRef } from "../../ports/entityStore.ts";
import type { StylesheetOutput } from "../../ports/transformer.ts";
import { loadProject } from "../definitions/loadDefinitions.ts";
import { sampleFile } from "../definitions/projectSamples.ts";
import { recordsRefOf } from "../definitions/recordsRefOf.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { openSample, type SampleSource, unknownColumns } from "./checkSample.ts";
import type { NamedLine } from "./generateMap.ts";
import { noRows, type Outcome, outcomesOf, type PreviewedRow, readPreviewRows } from "./previewRows.ts";
import { findSources } from "./sampleProject.ts";
import { type FoundSample, fileSource, findEntities } from "./sampleSources.ts";
import { transformedSample } from "./transformedSample.ts";

export interface PreviewWish {
  readonly fileName: string | undefined;
  readonly company: string | undefined;
  /** How many rows are shown. */
  readonly limit: number;
  /** A file of the line; an empty one means the line's sample. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What came of one stylesheet, or why nothing did. */
export type PreviewedStylesheet = { readonly name: string } & (StylesheetOutput | { readonly error: string });

export interface PreviewError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly line?: number;
}

export interface Preview {
  readonly entity: string;
  readonly format: string;
  readonly fileName: string;
  readonly stylesheets: readonly PreviewedStylesheet[];
  /** What would stop the whole import: nothing would be written then. */
  readonly errors: readonly PreviewError[];
  readonly warnings: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly PreviewedRow[];
  readonly rowsChecked: number;
  readonly isWhole: boolean;
  readonly counts: Readonly<Record<Outcome, number>>;
}

/**
 * Goes the way of an import with a file, and answers what would come of it: nothing is stored, and nothing left behind.
 * What is wrong with the file is an answer, never an exception.
 */
export async function previewLine(ports: Ports, named: NamedLine, wish: PreviewWish): Promise<Preview> {
  const project = (await loadProject(ports, named.project)).value;
  const { line, ref } = await findLine(ports, project, named.entity, wish.company);
  const body = await openBody(ports, wish.body);
  const found = body.isEmpty
    ? await storedSample(ports, project, line)
    : await givenFile(ports, project, line, wish.fileName, body.bytes);
  if ("error" in found) return failed(line, found, []);
  const stylesheets: PreviewedStylesheet[] = [];
  const source = await transformedSample(ports, found, (output) => stylesheets.push(output));
  body.requireWhole();
  if ("error" in source) {
    const { stylesheet, error } = source;
    if (stylesheet !== undefined) stylesheets.push({ name: stylesheet, error: error.message });
    return failed(line, source, stylesheets);
  }
  return { ...namesOf(source), stylesheets, ...(await previewSource(ports, source, ref, wish.limit)) };
}

async function findLine(
  ports: Ports,
  project: DataProject,
  name: string,
  company: string | undefined,
): Promise<{ readonly line: EntityLine; readonly ref: EntityRef }> {
  if (project.direction === "export") {
    throw new DomainError("invalid", `Data project "${project.name}" exports, and only an import has a preview.`);
  }
  const entity = (await findEntities(ports)).find((each) => isNamed(each, name));
  const line = entity && project.lines.find((each) => isSameName(each.entity, entity.name));
  if (line) return { line, ref: recordsRefOf(entity, company) };
  throw new DomainError("notFound", `Data project "${project.name}" has no line "${name}".`);
}

/** A body that fails is the caller's doing, and nothing that a preview says of a file. */
async function openBody(ports: Ports, body: AsyncIterable<Uint8Array>) {
  const { start, whole } = await readStart(body, 1);
  let failure: unknown;
  const limits = { sizeBytesMax: ports.settings.bodyBytesMax, declaredBytes: undefined, checkStart: () => undefined };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* measureBody(whole, limits).bytes;
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const requireWhole = (): void => {
    if (failure !== undefined) throw failure;
  };
  return { isEmpty: start.length === 0, bytes, requireWhole };
}

async function givenFile(
  ports: Ports,
  project: DataProject,
  { entity, format }: EntityLine,
  name: string | undefined,
  bytes: SampleSource["bytes"],
): Promise<SampleSource> {
  const fileName = name ?? "The file";
  return { ...(await fileSource(ports, project, { name: "", fileName }, entity, format)), bytes };
}

async function storedSample(ports: Ports, project: DataProject, line: EntityLine): Promise<FoundSample> {
  const { sample, entity, format } = line;
  if (!sample) {
    throw new DomainError("invalid", `The line "${entity}" has no sample: send a file as the body of the request.`);
  }
  const { checkedAt, fileName } = sample;
  const name = sampleFile(project.name, checkedAt);
  if (await ports.files.findFacts("executions", name)) {
    const found = await findSources(ports, project, name, { entity, format, fileName });
    const source = found.find((each) => "error" in each || isSameName(each.entity.name, entity));
    if (source) return "error" in source ? source : { ...source, line };
  }
  throw new DomainError("notFound", `Sample ${fileName} of "${entity}" is stored no more. Send it again.`);
}

function namesOf({ entity, format, fileName }: SampleSource) {
  return { entity: entity.name, format: format.name, fileName };
}

const nothing = { created: 0, updated: 0, unchanged: 0, rejected: 0, notCompared: 0 };

function failed(
  { entity }: EntityLine,
  { format, fileName, error }: Extract<FoundSample, { error: unknown }>,
  stylesheets: readonly PreviewedStylesheet[],
): Preview {
  const read = { columns: [], rows: [], rowsChecked: 0, isWhole: true, counts: nothing };
  return { entity, format, fileName, stylesheets, errors: [error], warnings: [], ...read };
}

async function previewSource(
  ports: Ports,
  source: SampleSource,
  ref: EntityRef,
  limit: number,
): Promise<Omit<Preview, "entity" | "format" | "fileName" | "stylesheets">> {
  const pace = ports.startPace();
  const errors: PreviewError[] = source.errors.map(toError);
  const warnings = [...source.warnings];
  const read = noRows();
  let opened: Awaited<ReturnType<typeof openSample>> | undefined;
  try {
    opened = await openSample(source, pace);
    const { reader, map, fieldMap } = opened;
    if ("mapRow" in map) {
      await readPreviewRows({ reader, map, fieldMap, entity: source.entity }, limit, read, pace);
      const odd = oddityWarnings(source.fileName, reader.oddities());
      warnings.push(...unknownColumns(map), ...odd, ...map.warnings());
    } else errors.push(...map.problems.map(toError));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { code, message, line } = error;
    errors.push({ field: "", code, message, ...(line !== null && { line }) });
  }
  const said = { errors, warnings, columns: opened?.reader.columns ?? [] };
  const sizes = { rowsChecked: read.ends.length, isWhole: read.isWhole };
  if (!opened || !("mapRow" in opened.map)) return { ...said, ...sizes, rows: [], counts: nothing };
  const { line, entity } = source;
  return { ...said, ...sizes, ...(await outcomesOf(ports, ref, { line, entity, map: opened.map }, read, pace)) };
}

function toError({ field, code, ...text }: { field: string; code: string; message: string; value?: string }) {
  return { field, code, message: textWithValue(text) };
}
