import type { DataEntity, EntityField } from "../domain/dataEntity.ts";
import type { EmbeddedRecord } from "../domain/embedded.ts";
import { foldName } from "../domain/foldName.ts";
import { decodeXmlName, localName } from "./xmlNames.ts";

/** The elements of children in a record's element, each with its fields and its own children. */
export interface XmlParts {
  /** Whether an element is a child's; then all that follows is for it, up to its end. */
  begin(name: string): boolean;
  isOpen(): boolean;
  open(name: string): void;
  attribute(name: string, value: string): void;
  text(text: string): void;
  close(): void;
  /** The lists of the record that ended, by the names of the fields that they are values of. */
  take(): ReadonlyMap<string, readonly EmbeddedRecord[]>;
}

export interface XmlPartsOf {
  readonly entity: DataEntity;
  readonly fieldsAre: "elements" | "attributes";
  readonly refuse: (what: string) => void;
  readonly noteUnread: (kind: "unreadElement" | "unreadAttribute", name: string) => void;
}

interface OpenRecord {
  readonly entity: DataEntity;
  readonly fields: Record<string, string | EmbeddedRecord[]>;
  /** Where it goes once it has ended. */
  readonly list: EmbeddedRecord[];
}

interface State {
  readonly path: OpenRecord[];
  lists: Map<string, EmbeddedRecord[]>;
  /** The field that is open. */
  field: string | undefined;
  text: string;
  /** Elements that are not read, of which each lies in the one before. */
  skipped: number;
}

const blank = /^[\t\n\r ]*$/;
const ofDocuments = /^(?:xmlns$|xmlns:|xml:|xsi:)/;

export function xmlParts(of: XmlPartsOf): XmlParts {
  const state: State = { path: [], lists: new Map(), field: undefined, text: "", skipped: 0 };
  const find = finder();
  return {
    isOpen: () => state.path.length > 0,
    begin(name) {
      const child = find(of.entity, name);
      if (!child?.embedded) return false;
      const list = state.lists.get(child.name) ?? [];
      state.lists.set(child.name, list);
      state.path.push({ entity: child.embedded.entity, fields: {}, list });
      return true;
    },
    open(name) {
      const record = state.path.at(-1);
      if (!record || state.skipped > 0) state.skipped += 1;
      else openElement(of, state, record, find(record.entity, name), name);
    },
    attribute(name, value) {
      const record = state.path.at(-1);
      if (record && state.skipped === 0 && !ofDocuments.test(name)) readAttribute(of, state, find, record, name, value);
    },
    text(text) {
      if (state.skipped > 0) return;
      if (state.field !== undefined) state.text += text;
      else if (!blank.test(text)) of.refuse("holds text beside its fields");
    },
    close: () => closeElement(of, state),
    take() {
      const { lists } = state;
      state.lists = new Map();
      return lists;
    },
  };
}

function readAttribute(
  of: XmlPartsOf,
  state: State,
  find: Finder,
  record: OpenRecord,
  name: string,
  value: string,
): void {
  const isField = state.field === undefined && of.fieldsAre === "attributes";
  const field = isField ? find(record.entity, name) : undefined;
  if (!field || field.embedded) of.noteUnread("unreadAttribute", name);
  else setField(of, record, field.name, value);
}

function closeElement(of: XmlPartsOf, state: State): void {
  const record = state.path.at(-1);
  if (state.skipped > 0) state.skipped -= 1;
  else if (record && state.field !== undefined) {
    setField(of, record, state.field, state.text);
    state.field = undefined;
  } else closeRecord(state);
}

function openElement(
  of: XmlPartsOf,
  state: State,
  record: OpenRecord,
  field: EntityField | undefined,
  name: string,
): void {
  if (state.field !== undefined) of.refuse("holds an element inside a field, which takes text alone");
  else if (field?.embedded) {
    const known = record.fields[field.name];
    const list = typeof known === "object" ? known : [];
    record.fields[field.name] = list;
    state.path.push({ entity: field.embedded.entity, fields: {}, list });
    return;
  } else if (field && of.fieldsAre === "elements") {
    state.field = field.name;
    state.text = "";
    return;
  } else of.noteUnread("unreadElement", name);
  state.skipped = 1;
}

function setField(of: XmlPartsOf, { entity, fields }: OpenRecord, name: string, value: string): void {
  if (fields[name] !== undefined) of.refuse(`holds field "${name}" of "${entity.name}" twice`);
  fields[name] = value;
}

/** An element without a field says that there is no record. */
function closeRecord(state: State): void {
  const record = state.path.pop();
  if (record && Object.values(record.fields).some((value) => typeof value === "string" || value.length > 0)) {
    record.list.push(record.fields);
  }
}

type Finder = (entity: DataEntity, name: string) => EntityField | undefined;

const spellingsMax = 10_000;

/** Fields, and children by AOT name or label, by the names of elements in any case. */
function finder(): Finder {
  const known = new Map<DataEntity, Map<string, EntityField | undefined>>();
  return (entity, name) => {
    const spellings = known.get(entity) ?? new Map<string, EntityField | undefined>();
    known.set(entity, spellings);
    if (spellings.has(name)) return spellings.get(name);
    const folded = foldName(decodeXmlName(localName(name)));
    const field = entity.fields.find((each) =>
      [each.name, each.embedded?.entity.name ?? each.name].map(foldName).includes(folded),
    );
    if (spellings.size < spellingsMax) spellings.set(Buffer.from(name, "utf16le").toString("utf16le"), field);
    return field;
  };
}
