import { createXmlScanner } from "../../shared/formats/excel/xmlScanner.ts";
import { attributeOf } from "../../shared/formats/excel/xmlTag.ts";

/** What the scanner tells of a document that arrives in pieces of so many bytes, cut between characters. */
export function eventsOf(xml: string, pieceBytes = Number.POSITIVE_INFINITY): string[] {
  const events: string[] = [];
  let text = "";
  const note = (event: string): void => {
    if (text !== "") events.push(text);
    text = "";
    events.push(event);
  };
  const scanner = createXmlScanner("part.xml", {
    open(name, tag) {
      const attributes = tag.names.slice(0, tag.count).map((each) => ` ${each.text}="${attributeOf(tag, each.local)}"`);
      note(`<${name}${attributes.join("")}>`);
    },
    text(bytes, start, end) {
      text += bytes.toString("utf8", start, end);
    },
    close: (name) => note(`</${name}>`),
  });
  for (const piece of pieces(xml, pieceBytes)) scanner.push(piece);
  scanner.finish();
  return events;
}

function* pieces(xml: string, pieceBytes: number): Generator<Buffer> {
  let piece = "";
  for (const character of xml) {
    piece += character;
    if (piece.length < pieceBytes) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(piece);
}
