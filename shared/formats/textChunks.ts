import { evenChunks } from "./byteChunks.ts";
import { type ContentKind, describeContent, recogniseContent } from "./contentKind.ts";
import { FormatError } from "./recordFormat.ts";

/** Between two chunks the reader may rest, whether they gave rows or not: smaller ones are no slower to read. */
const chunkBytes = 64 * 1024;

/** The file's chunks, once its first bytes have shown that it may be what is expected. */
export async function* textChunks(
  bytes: AsyncIterable<Uint8Array>,
  expected: string,
  mayBe: readonly ContentKind[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let isEmpty = true;
  for await (const chunk of evenChunks(bytes, chunkBytes)) {
    if (isEmpty) requireText(chunk, expected, mayBe);
    isEmpty = false;
    yield chunk;
  }
  if (isEmpty) throw new FormatError("DMF2053", "The file is empty. Send at least a header row and one record.");
}

function requireText(start: Uint8Array, expected: string, mayBe: readonly ContentKind[]): void {
  const kind = recogniseContent(start);
  if (mayBe.includes(kind)) return;
  throw new FormatError(
    "DMF1855",
    `Expected ${expected}, found ${describeContent(kind)}. Send the format of the entity line, or change the line.`,
  );
}
