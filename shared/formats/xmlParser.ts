import { SaxesParser } from "saxes";
import { CELL_CHARACTERS_MAX, COLUMNS_MAX, ROW_CHARACTERS_MAX } from "./csvProblems.ts";
import { FormatError, type FormatErrorCode } from "./recordFormat.ts";

/** What a document holds, one after another. Names are as they stand, with their prefixes. */
export interface XmlEvents {
  /** Its attributes follow, then what is in it. */
  readonly open: (name: string) => void;
  readonly attribute: (name: string, value: string) => void;
  readonly text: (text: string) => void;
  readonly close: () => void;
}

/** A place in a document: both 1-based; the column is 0 where it is not known. */
export interface XmlPlace {
  readonly line: number;
  readonly column: number;
  /** In characters from the document's beginning, of the last one read. */
  readonly offset: number;
}

/** Reads a document that arrives in pieces: what is malformed, beyond the limits or has a DOCTYPE ends it with an error. */
export interface XmlParser {
  write(text: string): void;
  end(): void;
  place(): XmlPlace;
  refuse(code: FormatErrorCode, what: string): never;
}

const depthMax = 32;
export const nameCharactersMax = 1024;

interface State {
  depth: number;
  /** Of the element that is being opened. */
  attributes: number;
  /** Whether the piece under way gave no event, and the characters of such pieces. */
  isEventless: boolean;
  quiet: number;
  /** The piece under way, and where it begins in the document; and the end of the one before. */
  piece: string;
  pieceFrom: number;
  before: string;
}

type Refuse = XmlParser["refuse"];

export function xmlParser(events: XmlEvents): XmlParser {
  const parser = new SaxesParser({ xmlns: false });
  const state: State = { depth: 0, attributes: 0, isEventless: true, quiet: 0, piece: "", pieceFrom: 0, before: "" };
  const refuse = (code: FormatErrorCode, what: string): never => {
    throw new FormatError(code, `${what} (line ${parser.line}, column ${parser.column}).`, parser.line);
  };
  listen(parser, state, events, refuse);
  return {
    write(text) {
      state.before = state.piece.slice(-charactersBefore);
      state.pieceFrom += state.piece.length;
      state.piece = text;
      state.isEventless = true;
      parser.write(text);
      // The parser holds what has not ended in memory, and tells of it only at its end.
      state.quiet = state.isEventless ? state.quiet + text.length : 0;
      if (state.quiet <= ROW_CHARACTERS_MAX) return;
      refuse("overLimit", `A text, comment or tag is longer than ${ROW_CHARACTERS_MAX} characters`);
    },
    end: () => void parser.close(),
    place: () => ({ line: parser.line, column: parser.column, offset: parser.position }),
    refuse,
  };
}

function listen(parser: SaxesParser, state: State, events: XmlEvents, refuse: Refuse): void {
  parser.on("doctype", () => refuse("DMF1830", "A document type declaration (DOCTYPE) is not allowed: remove it"));
  parser.on("error", ({ message }) => {
    // What was read last may be of the piece before.
    const { before, piece, pieceFrom } = state;
    refuseMalformed((before + piece).slice(0, before.length + parser.position - pieceFrom), message, refuse);
  });
  parser.on("opentagstart", ({ name }) => {
    state.isEventless = false;
    state.depth += 1;
    state.attributes = 0;
    if (state.depth > depthMax) refuse("overLimit", `Elements are nested more than ${depthMax} deep`);
    requireShort(name, refuse);
    events.open(name);
  });
  parser.on("attribute", ({ name, value }) => {
    state.isEventless = false;
    state.attributes += 1;
    if (state.attributes > COLUMNS_MAX) refuse("overLimit", `An element has more than ${COLUMNS_MAX} attributes`);
    requireShort(name, refuse);
    if (value.length > CELL_CHARACTERS_MAX) refuse("overLimit", tooLong("The value of an attribute"));
    events.attribute(name, value);
  });
  const onText = (text: string): void => {
    state.isEventless = false;
    events.text(text);
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", () => {
    state.isEventless = false;
    state.depth -= 1;
    events.close();
  });
}

export function tooLong(what: string): string {
  return `${what} is longer than ${CELL_CHARACTERS_MAX} characters`;
}

function requireShort(name: string, refuse: Refuse): void {
  if (name.length > nameCharactersMax) refuse("overLimit", `A name is longer than ${nameCharactersMax} characters`);
}

/** As many as the longest reference to a character has, of the piece before. */
const charactersBefore = 16;
const characterReference = /&#(?:x([0-9a-f]{1,8})|(\d{1,8}));?$/i;

/** `seen` is what was read up to the place, or its end. */
function refuseMalformed(seen: string, message: string, refuse: Refuse): never {
  const what = message.replace(/^\d+:\d+: /u, "").replace(/\.$/u, "");
  const character = illegalCharacter(seen, what);
  if (character === undefined) return refuse("DMF1830", `The file is no well-formed XML: ${what}`);
  const code = character.toString(16).toUpperCase().padStart(4, "0");
  return refuse("DMF2055", `The file holds the character U+${code}, which XML does not allow: remove it`);
}

/** The code of the character that the message is about; undefined where it is about none. */
function illegalCharacter(seen: string, what: string): number | undefined {
  if (what === "disallowed character") return seen.charCodeAt(seen.length - 1);
  const [, hex, decimal] = (what === "malformed character entity" && characterReference.exec(seen)) || [];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return decimal === undefined ? undefined : Number(decimal);
}
