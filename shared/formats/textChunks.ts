import { evenChunks } from "./byteChunks.ts";
import { type ContentKind, describeContent, recogniseContent } from "./contentKind.ts";
import { FormatError } from "./recordFormat.ts";

/** Between two chunks the reader may rest, whether they gave rows or not: smaller ones are no slower to read. */
const chunkBytes = 64 * 1024;

/** The file's chunks, once what its first bytes look like was found to be right. */
export async function* textChunks(
  bytes: AsyncIterable<Uint8Array>,
  requireRight: (kind: ContentKind) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let isEmpty = true;
  for await (const chunk of evenChunks(bytes, chunkBytes)) {
    if (isEmpty) requireRight(recogniseContent(chunk));
    isEmpty = false;
    yield chunk;
  }
  if (isEmpty) throw new FormatError("DMF2053", "The file is empty. Send at least a header row and one record.");
}

export function otherContent(expected: string, kind: ContentKind): FormatError {
  const message = `Expected ${expected}, found ${describeContent(kind)}. Send the format of the entity line, or change the line.`;
  return new FormatError("DMF1855", message);
}
