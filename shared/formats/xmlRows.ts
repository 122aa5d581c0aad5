import type { DataEntity } from "../domain/dataEntity.ts";
import { embeddedCharactersMax } from "../domain/embedded.ts";
import type { OddityTally } from "../domain/oddCells.ts";
import type { RowPlace, RowProblem } from "../domain/rowBatch.ts";
import { CELL_CHARACTERS_MAX } from "./csvProblems.ts";
import type { XmlColumns } from "./xmlColumns.ts";
import { localName, ownCopy } from "./xmlNames.ts";
import { tooLong, type XmlEvents, type XmlParser } from "./xmlParser.ts";
import { type XmlParts, xmlParts } from "./xmlParts.ts";

/** A record's element, once it has ended. All of it is used again for the next one, of which it would be the garbage. */
export interface XmlRow {
  readonly cells: (string | undefined)[];
  readonly problem: RowProblem | undefined;
  readonly place: RowPlace;
  /** Whether it has fields in the shape of its format, and whether it has what the other shape has them in. */
  readonly hasOwn: boolean;
  readonly hasOther: boolean;
}

export interface XmlRowsOf {
  readonly fieldsAre: "elements" | "attributes";
  readonly columns: XmlColumns;
  readonly isRecord: (name: string) => boolean;
  readonly oddities: OddityTally;
  /** The children of a composite entity. */
  readonly children?: DataEntity;
  /** A record's element begins, at a place in the document. */
  readonly onBegin: (offset: number) => void;
  readonly onRow: (row: XmlRow) => void;
  /** Of the document, which knows the events that this gives no sooner than they come. */
  readonly parser: () => XmlParser;
}

interface OpenRow extends XmlRow {
  problem: RowProblem | undefined;
  readonly place: { line: number; column: number };
  hasOwn: boolean;
  hasOther: boolean;
}

interface State {
  /** Of the elements of children; undefined where there are none. */
  readonly parts: XmlParts | undefined;
  /** Of the record that is open, or was the last one. */
  readonly memory: OpenRow;
  depth: number;
  /** The depth of the element that is not read, with all that is in it; 0 for none. */
  skipped: number;
  row: OpenRow | undefined;
  /** Fields of the record so far. */
  fields: number;
  /** The column of the field that is open; -1 for none. */
  cell: number;
  text: string;
  isNil: boolean;
}

const recordDepth = 2;
const fieldDepth = 3;
const blank = /^[\t\n\r ]*$/;
/** Declarations of namespaces, and what they say of documents at large. */
const ofDocuments = /^(?:xmlns$|xmlns:|xml:|xsi:)/;

function partsOf(of: XmlRowsOf, entity: DataEntity, refuse: (what: string) => void): XmlParts {
  const noteUnread = (kind: "unreadElement" | "unreadAttribute", name: string): void =>
    of.oddities.add(kind, of.parser().place().line, shown(name));
  return xmlParts({ entity, fieldsAre: of.fieldsAre, refuse, noteUnread });
}

function newState(): Omit<State, "parts"> {
  const memory = { cells: [], problem: undefined, place: { line: 0, column: 0 }, hasOwn: false, hasOther: false };
  const none = { depth: 0, skipped: 0, row: undefined };
  return { ...none, memory, fields: 0, cell: -1, text: "", isNil: false };
}

/** Takes a document apart: a root of any name, in it an element for each record, and in that its fields. */
export function xmlRows(of: XmlRowsOf): XmlEvents {
  const state: State = { ...newState(), parts: of.children && partsOf(of, of.children, (what) => refuse(what)) };
  const refuse = (what: string): void => noteProblem(of, state, what);
  const hasElements = of.fieldsAre === "elements";
  return {
    open(name) {
      state.depth += 1;
      if (state.skipped > 0) return;
      if (state.parts?.isOpen()) state.parts.open(name);
      else if (state.depth === recordDepth) openRecord(of, state, name);
      else if (state.depth === fieldDepth) {
        if (state.parts?.begin(name)) return;
        if (hasElements) openField(of, state, name);
        else skipElement(of, state, "unreadElement", name);
        state.memory.hasOther ||= !hasElements;
      } else if (state.depth > fieldDepth) refuseNested(of, state, name);
    },
    attribute(name, value) {
      if (state.skipped > 0 || state.depth < recordDepth) return;
      if (state.parts?.isOpen()) return state.parts.attribute(name, value);
      if (state.depth === recordDepth && !hasElements && !ofDocuments.test(name)) setAttribute(of, state, name, value);
      else noteAttribute(of, state, name, value);
    },
    text(text) {
      if (state.skipped > 0) return;
      if (state.parts?.isOpen()) state.parts.text(text);
      else if (state.cell >= 0) state.text = state.text === "" ? text : state.text + text;
      else if (!blank.test(text)) noteText(of, state);
    },
    close() {
      if (state.parts?.isOpen()) state.parts.close();
      else if (state.skipped === 0) closeElement(of, state);
      else if (state.skipped === state.depth) state.skipped = 0;
      state.depth -= 1;
    },
  };
}

function openRecord(of: XmlRowsOf, state: State, name: string): void {
  if (!of.isRecord(name)) {
    skipElement(of, state, "otherElement", name);
    return;
  }
  const { line, column, offset } = of.parser().place();
  const row = state.memory;
  row.cells.fill(undefined);
  row.problem = undefined;
  row.hasOwn = false;
  row.hasOther = false;
  // What was read last is the character behind the name; a line break there may be two.
  row.place.line = column === 0 ? line - 1 : line;
  row.place.column = Math.max(0, column - 1 - name.length);
  state.row = row;
  state.fields = 0;
  of.onBegin(offset - name.length - (column === 0 ? 3 : 2));
}

function openField(of: XmlRowsOf, state: State, name: string): void {
  state.memory.hasOwn = true;
  state.isNil = false;
  const cell = of.columns.placeOf(name, state.fields++);
  if (cell === undefined) {
    skipElement(of, state, "unreadElement", name);
    return;
  }
  if (state.row?.cells[cell] !== undefined) noteProblem(of, state, `holds field "${shown(name)}" twice`);
  state.cell = cell;
  state.text = "";
}

function setAttribute(of: XmlRowsOf, state: State, name: string, value: string): void {
  state.memory.hasOwn = true;
  const cell = of.columns.placeOf(name, state.fields++);
  if (cell === undefined || !state.row) {
    of.oddities.add("unreadAttribute", of.parser().place().line, shown(name));
    return;
  }
  if (state.row.cells[cell] !== undefined) noteProblem(of, state, `holds field "${shown(name)}" twice`);
  state.row.cells[cell] = value;
}

function noteAttribute(of: XmlRowsOf, state: State, name: string, value: string): void {
  if (localName(name) === "nil" && name !== "nil") state.isNil = ["true", "1"].includes(value.trim());
  if (ofDocuments.test(name)) return;
  state.memory.hasOther ||= state.depth === recordDepth;
  of.oddities.add("unreadAttribute", of.parser().place().line, shown(name));
}

function refuseNested(of: XmlRowsOf, state: State, name: string): void {
  noteProblem(of, state, `holds element "${shown(name)}" inside a field, which takes text alone`);
  state.skipped = state.depth;
}

function skipElement(of: XmlRowsOf, state: State, kind: "otherElement" | "unreadElement", name: string): void {
  of.oddities.add(kind, of.parser().place().line, shown(name));
  state.skipped = state.depth;
}

function noteText(of: XmlRowsOf, state: State): void {
  if (state.row) noteProblem(of, state, "holds text beside its fields");
  else of.oddities.add("strayText", of.parser().place().line);
}

function noteProblem(of: XmlRowsOf, { row }: State, what: string): void {
  const { line, column } = of.parser().place();
  if (row) row.problem ??= { code: "DMF2018", message: `The record ${what} (line ${line}, column ${column}).` };
}

function closeElement(of: XmlRowsOf, state: State): void {
  const { row, cell } = state;
  if (!row) return;
  if (cell >= 0) {
    if (state.text.length > CELL_CHARACTERS_MAX) of.parser().refuse("overLimit", tooLong("A field"));
    row.cells[cell] = state.isNil ? "" : state.text;
    state.cell = -1;
  } else if (state.depth === recordDepth) {
    for (const [name, records] of state.parts?.take() ?? []) {
      const place = of.columns.placeOf(name, Infinity);
      const text = JSON.stringify(records);
      if (place !== undefined) row.cells[place] = text;
      state.memory.hasOwn = true;
      if (text.length <= embeddedCharactersMax) continue;
      noteProblem(of, state, `holds more of "${name}" than ${embeddedCharactersMax} characters: divide it`);
    }
    state.row = undefined;
    of.onRow(row);
  }
}

const nameCharactersShown = 60;

function shown(name: string): string {
  return ownCopy(name.length > nameCharactersShown ? `${name.slice(0, nameCharactersShown)}…` : name);
}
