import { DomainError } from "../domain/errors.ts";
import type { ServiceRequest } from "./request.ts";

/** A form with a definition in front of a file. */
export interface FileForm {
  readonly definition: Uint8Array;
  readonly fileName: string | undefined;
  /** Of the file; can be read once, and need not be read to its end. */
  readonly file: AsyncIterable<Uint8Array>;
}

const definitionBytesMax = 1024 * 1024;
const headBytesMax = 8 * 1024;

/** Whether the body is a form, of which `readFileForm` takes the parts. */
export function isFileForm({ headers }: Pick<ServiceRequest, "headers">): boolean {
  return boundaryOf(headers.get("content-type") ?? "") !== undefined;
}

function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] =
    /^\s*multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/is.exec(contentType) ?? [];
  return quoted ?? plain;
}

/**
 * Reads a form (RFC 7578) of two parts, `name` and then `file`, of which the second goes through as a stream. Throws
 * `invalid` for other parts, or another order: a file is not kept until somebody says what it is.
 */
export async function readFileForm(
  { headers, body }: Pick<ServiceRequest, "headers" | "body">,
  name: string,
): Promise<FileForm> {
  const mark = Buffer.from(`\r\n--${boundaryOf(headers.get("content-type") ?? "") ?? ""}`);
  const form = openForm(body);
  await form.collect(mark, headBytesMax);
  const first = await readHead(form);
  if (first.name !== name) throw otherPart(name, first.name, `The form begins with part "${name}".`);
  const definition = await form.collect(mark, definitionBytesMax);
  const second = await readHead(form);
  if (second.name !== "file") throw otherPart("file", second.name, `Part "file" follows part "${name}".`);
  return { definition, fileName: second.fileName, file: form.until(mark) };
}

function openForm(body: AsyncIterable<Uint8Array>) {
  const pieces = body[Symbol.asyncIterator]();
  // The first boundary may stand at the very beginning.
  let held: Buffer = Buffer.from("\r\n");
  async function* until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = held.indexOf(mark);
      // A part of the mark at the end waits for the rest of it.
      const sure = at >= 0 ? at : Math.max(0, held.length - mark.length + 1);
      const piece = held.subarray(0, sure);
      held = held.subarray(at >= 0 ? at + mark.length : sure);
      if (piece.length > 0) yield piece;
      if (at >= 0) return;
      const next = await pieces.next();
      if (next.done === true) throw refused("The form ends before its last boundary. Send it again.");
      held = Buffer.concat([held, next.value]);
    }
  }
  const collect = async (mark: Buffer, sizeBytesMax: number): Promise<Buffer> => {
    const found: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const piece of until(mark)) {
      sizeBytes += piece.length;
      if (sizeBytes > sizeBytesMax) throw refused(`A part of the form is longer than ${sizeBytesMax} bytes.`);
      found.push(piece);
    }
    return Buffer.concat(found);
  };
  return { until, collect };
}

const headEnd = Buffer.from("\r\n\r\n");

async function readHead(form: ReturnType<typeof openForm>) {
  const head = (await form.collect(headEnd, headBytesMax)).toString("utf8");
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1] ?? "";
  const parameter = (wanted: string): string | undefined =>
    new RegExp(`(?:^|;)\\s*${wanted}="([^"]*)"`, "i").exec(disposition)?.[1];
  return { name: parameter("name"), fileName: parameter("filename") };
}

function otherPart(path: string, found: string | undefined, what: string): DomainError {
  const message = `${what} ${found === undefined ? "There is none" : "There is another one"}: curl -F 'format=<format.json' -F file=@rows.csv.`;
  return new DomainError("invalid", message, [{ path, message }]);
}

function refused(message: string): DomainError {
  return new DomainError("invalid", message, [{ path: "body", message }]);
}
