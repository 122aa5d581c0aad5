import { DomainError } from "../../domain/errors.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { collectBytes, readStart } from "../../formats/byteChunks.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import { withKnownExtensions } from "../../formats/stylesheetRules.ts";
import { decodeText } from "../../formats/textDecoding.ts";
import { encodingOfXml } from "../../formats/xmlEncoding.ts";
import { refuseDoctype } from "../../formats/xmlProlog.ts";
import type { Ports } from "../../ports.ts";
import type { StylesheetOutput, StylesheetText } from "../../ports/transformer.ts";
import { evenChunks } from "../../formats/byteChunks.ts";
import { beginsAsRejects } from "../sources/openRecords.ts";
import { isRefusal } from "../sources/refusal.ts";

/** A file that goes through stylesheets before its records are read. */
export interface Untransformed {
  readonly fileName: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  readonly stylesheets: readonly StylesheetText[];
}

export interface Transformed {
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** What came out, at its beginning, for whoever expected something else. */
  readonly start: string;
}

const startBytes = 200;

/**
 * Stores what the stylesheets make of the file, once for each attempt of an execution: whatever reads the file's records
 * afterwards reads that. Undefined for a file of rejected records, which are in the form that came out before.
 */
export async function storeTransformed(
  ports: Ports,
  { executionId, fence, activityId }: InboundMessage,
  index: number,
  file: Untransformed,
): Promise<Transformed | undefined> {
  const name = `${executionId}/transformed-${index}-${fence}`;
  const stored = () => ports.files.read("executions", name);
  if (!(await ports.files.findFacts("executions", name))) {
    const made = await transform(ports, file);
    if (!made) return undefined;
    await ports.files.store("executions", name, once(made), activityId);
  }
  const start = await collectBytes(ports.files.read("executions", name, 0, startBytes), startBytes, name);
  return { bytes: stored, start: Buffer.from(start).toString("utf8") };
}

/** What the last of the stylesheets makes of the file; undefined for a file of rejected records. */
export async function transform(
  ports: Ports,
  file: Untransformed,
  tell?: (output: StylesheetOutput) => void,
): Promise<Uint8Array | undefined> {
  const document = await documentOf(ports, file);
  if (!document) return undefined;
  const { outputs } = await ports.transformer.transform(file.stylesheets.map(prepared), document, tell);
  return outputs.at(-1) ?? document;
}

function prepared({ name, content }: StylesheetText): StylesheetText {
  return { name, content: withKnownExtensions(content) };
}

/** The whole file in UTF-8, as the processor takes it; undefined for a file of rejected records. */
async function documentOf(ports: Ports, { fileName, bytes }: Untransformed): Promise<Buffer | undefined> {
  const { start, whole } = await readStart(bytes(), startBytes);
  if (beginsAsRejects(start)) {
    for await (const _ of whole) break;
    return undefined;
  }
  try {
    const { codePage } = encodingOfXml(start);
    const text = decodeText(evenChunks(whole), { codePage, isUnicodeRequired: false });
    const named = `${fileName}, which goes through a stylesheet,`;
    const document = Buffer.from(await collectBytes(text, ports.transformer.documentBytesMax, named));
    refuseDoctype(document);
    return document;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new DomainError("invalid", `${fileName}: ${error.message}`);
  }
}

/** Throws where stylesheets are to be applied to what is no XML. */
export function requireXml(format: SourceFormat, fileName: string): void {
  if (fileFormatOf(format).isXml) return;
  const text = `${fileName}: stylesheets are applied to XML alone, and format "${format.name}" is none. Take them from the line, or change its format.`;
  throw new DomainError("invalid", text);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
