import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { DomainError } from "../../shared/domain/errors.ts";
import { foldName } from "../../shared/domain/foldName.ts";
import { decodeXmlText } from "../../shared/formats/xmlTree.ts";
import { type Definition, type Kind, kinds, readDefinition } from "../kinds.ts";
import { parseFile, type ParsedFile } from "./parseFile.ts";
import { fillPlaceholders, type Template } from "./placeholders.ts";
import { type FileProblem, FolderError } from "./problems.ts";
import { noValues, type Values } from "./values.ts";

export interface FileDefinition extends Definition {
  /** Below the folder, with slashes. */
  readonly file: string;
  readonly template: Template;
  /** The file beside it that a stylesheet stands in. */
  readonly contentFile?: string;
}

export interface DefinitionFolder {
  readonly folder: string;
  /** The kinds that have a folder: of the others it says nothing. */
  readonly kinds: readonly Kind[];
  readonly definitions: readonly FileDefinition[];
}

const filesMax = 5_000;
const bytesMax = 8 * 1024 * 1024;
const extension = /\.(?:ya?ml|json)$/iu;
/** Where the schemas for editors are. */
export const schemasFolder = "schemas";

/**
 * Reads formats/, stylesheets/, number-sequences/, entities/, projects/ and jobs/ of a folder: one definition in each
 * file, with an environment's values in the place of its placeholders. Throws a FolderError with everything that is wrong.
 */
export async function readFolder(folder: string, values: Values = noValues): Promise<DefinitionFolder> {
  const problems: FileProblem[] = [];
  const known = await readKinds(folder, problems);
  const definitions: FileDefinition[] = [];
  for (const kind of known) {
    const files = await listFiles(folder, kind, problems);
    if (definitions.length + files.length > filesMax) {
      problems.push({ file: kind.list, path: "", message: `A folder has at most ${filesMax} files.` });
      break;
    }
    for (const file of files) {
      const read = await readOne({ folder, values }, kind, file, problems);
      if (read) definitions.push(read);
    }
  }
  problems.push(...twins(definitions));
  if (problems.length > 0) throw new FolderError(folder, problems);
  return { folder, kinds: known, definitions };
}

async function readKinds(folder: string, problems: FileProblem[]): Promise<readonly Kind[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    throw new FolderError(folder, [{ file: folder, path: "", message }]);
  });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const lists = kinds.map(({ list }) => list);
  for (const name of folders) {
    if (lists.includes(name) || name === schemasFolder || name.startsWith(".")) continue;
    problems.push({ file: `${name}/`, path: "", message: `Folders of definitions are ${lists.join("/, ")}/.` });
  }
  const known = kinds.filter(({ list }) => folders.includes(list));
  if (known.length === 0) {
    problems.push({ file: folder, path: "", message: `It has none of the folders ${lists.join("/, ")}/.` });
  }
  return known;
}

async function listFiles(folder: string, { list }: Kind, problems: FileProblem[]): Promise<readonly string[]> {
  const entries = await readdir(path.join(folder, list), { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const file = `${list}/${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.isFile() && extension.test(entry.name)) files.push(file);
    else if (list !== "stylesheets" || !entry.isFile()) {
      problems.push({ file, path: "", message: "Definitions are files .yaml, .yml or .json." });
    }
  }
  return files;
}

async function readOne(
  { folder, values }: { readonly folder: string; readonly values: Values },
  kind: Kind,
  file: string,
  problems: FileProblem[],
): Promise<FileDefinition | undefined> {
  const tell = (message: string, member = "", line?: number): undefined =>
    void problems.push({ file, path: member, message, ...(line !== undefined && { line }) });
  const bytes = await readBounded(path.join(folder, file));
  if (typeof bytes === "string") return tell(bytes);
  const parsed = parseFile(new TextDecoder().decode(bytes), file.toLowerCase().endsWith(".json"));
  if ("message" in parsed) return tell(parsed.message, "", parsed.line);
  try {
    const template = fill(parsed, values, tell);
    if (template === undefined) return undefined;
    const plain = withoutSchema(template.filled);
    const content = await readContent(folder, kind, file, plain);
    const definition = readDefinition(kind, content ? { ...withoutContentFile(plain), content: content.text } : plain);
    requireId(definition);
    return { ...definition, file, template, ...(content && { contentFile: content.file }) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    tellMembers(error, parsed, tell);
    return undefined;
  }
}

type Tell = (message: string, member: string, line?: number) => void;

/** Undefined where a placeholder has no value, or not one that fits; that is told. */
function fill({ json, lineOf }: ParsedFile, values: Values, tell: Tell): Template | undefined {
  let isFilled = true;
  const filled = fillPlaceholders(json, values, (message, member) => {
    isFilled = false;
    tell(message, member, lineOf(member));
  });
  return isFilled ? { written: json, filled } : undefined;
}

function tellMembers(error: DomainError, { lineOf }: ParsedFile, tell: Tell): void {
  if (error.members.length === 0) tell(error.message, "");
  for (const { path: member, message } of error.members) tell(message, member, lineOf(member));
}

/** What editors go by is no member of the definition. */
function withoutSchema(json: unknown): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const { $schema: _schema, ...rest }: { readonly $schema?: unknown } = json;
  return rest;
}

/** A service makes an id for a job that has none; here the same job is to be found again. */
function requireId({ id }: Definition): void {
  if (id !== "") return;
  const message = "A job in a file has its activity id, any GUID: by it the same job is found at the next apply.";
  throw new DomainError("invalid", message, [{ path: "activityId", message }]);
}

function withoutContentFile(json: unknown): object {
  const { contentFile: _file, ...rest }: { readonly contentFile?: unknown } = Object(json);
  return rest;
}

/** A stylesheet may stand in a file of its own beside its definition. */
async function readContent(
  folder: string,
  kind: Kind,
  file: string,
  json: unknown,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const { contentFile, content }: { readonly contentFile?: unknown; readonly content?: unknown } = Object(json);
  if (kind.name !== "stylesheet" || contentFile === undefined) return undefined;
  const refuse = (message: string): never => {
    throw new DomainError("invalid", message, [{ path: "contentFile", message }]);
  };
  if (typeof contentFile !== "string" || !/^[^./\\][^/\\]*$/u.test(contentFile)) {
    return refuse("The name of a file beside this one, such as vendors.xsl.");
  }
  if (content !== undefined) return refuse("Say either content or contentFile.");
  const beside = path.posix.join(path.posix.dirname(file), contentFile);
  const bytes = await readBounded(path.join(folder, beside));
  return typeof bytes === "string" ? refuse(bytes) : { file: beside, text: decodeXmlText(bytes, contentFile) };
}

/** The bytes of a file, or why they are not read. */
async function readBounded(file: string): Promise<Uint8Array | string> {
  try {
    // A link could lead to any file of whoever applies the folder.
    const facts = await lstat(file);
    if (!facts.isFile()) return "This is no plain file.";
    const { size } = facts;
    if (size > bytesMax) return `The file has ${size} bytes; a definition has at most ${bytesMax}.`;
    return await readFile(file);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function twins(definitions: readonly FileDefinition[]): readonly FileProblem[] {
  const seen = new Map<string, FileDefinition>();
  return definitions.flatMap((definition) => {
    const key = `${definition.kind.name} ${foldName(definition.id)}`;
    const earlier = seen.get(key);
    seen.set(key, earlier ?? definition);
    if (!earlier) return [];
    return [
      { file: definition.file, path: "name", message: `The same ${definition.kind.noun} is in ${earlier.file}.` },
    ];
  });
}
