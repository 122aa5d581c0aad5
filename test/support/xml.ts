import { type XmlFormat, xmlFormats } from "../../shared/domain/sourceFormats/xml.ts";
import type { RecordsOf } from "../../shared/formats/fileFormat.ts";
import { openXml } from "../../shared/formats/xmlReader.ts";
import { noPace } from "./pace.ts";
import { collectRows } from "./rows.ts";

export const xmlElement = builtIn("XML-Element");
export const xmlAttribute = builtIn("XML-Attribute");

function builtIn(name: string): XmlFormat {
  return xmlFormats.find((format) => format.name === name)!;
}

export async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

/** All of a document: its columns, its rows, and what is odd about it. */
export async function readXml(document: string | Uint8Array, format: XmlFormat, of: RecordsOf, pieceBytes = 7) {
  const reader = await openXml(inPieces(Buffer.from(document), pieceBytes), format, of, noPace);
  const rows = await collectRows(reader.batches);
  return { columns: reader.columns, rows, oddities: reader.oddities() };
}
