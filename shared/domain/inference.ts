import type { EntityField, FieldType } from "./dataEntity.ts";
import { type DigitFacts, reasonOfCode } from "./codeLikeDigits.ts";
import type { Region } from "./region.ts";
import { type TypeGuess, typeGuesses } from "./typeGuesses.ts";

/** What the cells of one column said so far. */
interface ColumnFacts extends DigitFacts {
  /** From the narrowest to the widest, those that every cell fits. */
  fitting: readonly TypeGuess[];
  filled: number;
  charactersMax: number;
  charactersMin: number;
  hasBlank: boolean;
  /** Values seen; dropped with the first that comes twice. */
  seen: Set<string> | undefined;
}

export interface InferredColumn {
  readonly column: string;
  readonly field: EntityField;
  readonly reason: string;
}

export interface Inference {
  readonly rowsRead: number;
  readonly columns: readonly InferredColumn[];
  readonly key: { readonly fields: readonly string[]; readonly reason: string };
}

export interface EntityGuess {
  /** Takes one more row of the file. */
  readonly add: (cells: readonly string[]) => void;
  readonly finish: () => Inference;
}

const keyColumnsMax = 4;
const keyCharactersMax = 100;
const fieldCharactersMax = 80;
const lengths = [10, 20, 30, 60, 100, 250, 500, 1000, 2000, 4000, 8000];
const lengthStep = 10_000;
const separator = "\u001f";

/**
 * Guesses an entity from the rows of a sample, with care: what might lose something as a number (leading zeros, a plus
 * sign, more than 64 bits, what looks like a code) stays text, 0 and 1 are numbers, and enums are never guessed. Numbers,
 * dates and times are taken as the region writes them.
 */
export function guessEntity(columns: readonly string[], region?: Region): EntityGuess {
  const guesses = typeGuesses(region);
  const facts = columns.map((name) => newFacts(name, guesses));
  const prefixes = columns.slice(1, keyColumnsMax).map((): Set<string> | undefined => new Set());
  let rowsRead = 0;
  return {
    add(cells) {
      rowsRead += 1;
      facts.forEach((column, index) => addCell(column, (cells[index] ?? "").trim()));
      prefixes.forEach((seen, index) => {
        if (seen && !isNew(seen, cells.slice(0, index + 2).join(separator))) prefixes[index] = undefined;
      });
    },
    finish: () => conclude(columns, facts, prefixes, rowsRead),
  };
}

/** The column's name as a field of the original would be spelled: capitals, digits and underscores. */
export function toFieldName(column: string): string {
  const name = column
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toUpperCase()
    .replace(/[^A-Z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, fieldCharactersMax);
  if (name === "") return "COLUMN";
  return /^\d/.test(name) ? `F_${name}`.slice(0, fieldCharactersMax) : name;
}

/** An AOT name for a label: "Customer groups" is "CustomerGroupsEntity". */
export function toAotName(label: string): string {
  const words =
    label
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .match(/[A-Za-z0-9]+/g) ?? [];
  const name = words
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("")
    .slice(0, 60);
  return `${/^[A-Za-z]/.test(name) ? name : `Data${name}`}Entity`;
}

function newFacts(name: string, fitting: readonly TypeGuess[]): ColumnFacts {
  return {
    name,
    fitting,
    filled: 0,
    charactersMax: 0,
    charactersMin: Number.POSITIVE_INFINITY,
    hasBlank: false,
    seen: new Set(),
  };
}

function addCell(column: ColumnFacts, text: string): void {
  if (text === "") {
    column.hasBlank = true;
    return;
  }
  column.filled += 1;
  column.charactersMax = Math.max(column.charactersMax, text.length);
  column.charactersMin = Math.min(column.charactersMin, text.length);
  if (!column.fitting.every(({ fits }) => fits(text))) column.fitting = column.fitting.filter(({ fits }) => fits(text));
  if (column.seen && !isNew(column.seen, text)) column.seen = undefined;
}

function isNew(seen: Set<string>, text: string): boolean {
  if (text.length > keyCharactersMax * keyColumnsMax || seen.has(text)) return false;
  seen.add(text);
  return true;
}

function conclude(
  columns: readonly string[],
  facts: readonly ColumnFacts[],
  prefixes: readonly (Set<string> | undefined)[],
  rowsRead: number,
): Inference {
  const names = distinctNames(columns);
  const key = guessKey(columns, facts, prefixes, rowsRead);
  const inferred = facts.map((column, index) => {
    const isKey = key.columns.includes(index);
    const { type, reason, lengthMax } = guessType(column);
    const length = lengthMax === undefined ? {} : { lengthMax };
    const field: EntityField = { name: names[index] ?? "COLUMN", type, ...length, isKey, isRequired: isKey };
    return { column: columns[index] ?? "", field, reason };
  });
  return { rowsRead, columns: inferred, key: { fields: key.columns.map((at) => names[at] ?? ""), reason: key.reason } };
}

function guessType(column: ColumnFacts): { type: FieldType; reason: string; lengthMax?: number } {
  const guess = column.filled === 0 ? undefined : column.fitting[0];
  const lengthMax = roomyLength(column.charactersMax);
  const code = guess?.type === "integer" || guess?.type === "int64" ? reasonOfCode(column) : undefined;
  if (code !== undefined) return { type: "string", lengthMax, reason: code };
  if (guess) return { type: guess.type, reason: guess.reason };
  if (column.filled === 0) return { type: "string", lengthMax, reason: "no row holds a value" };
  return { type: "string", lengthMax, reason: `the longest value has ${column.charactersMax} characters` };
}

/** A quarter more than the longest value, rounded up to a usual length. */
function roomyLength(charactersMax: number): number {
  const wanted = Math.ceil(charactersMax * 1.25);
  return lengths.find((length) => length >= wanted) ?? Math.ceil(wanted / lengthStep) * lengthStep;
}

/** A record is matched by its key, so the guess is what tells all rows apart, with as few columns as possible. */
function guessKey(
  columns: readonly string[],
  facts: readonly ColumnFacts[],
  prefixes: readonly (Set<string> | undefined)[],
  rowsRead: number,
): { columns: readonly number[]; reason: string } {
  const unique = facts.flatMap((column, index) => (isUnique(column, rowsRead) ? [index] : []));
  const named = unique.find((index) =>
    /(?:^|[^a-z])(?:id|code|key|no|nr|num|number)$|id$|code$|number$/i.test(columns[index] ?? ""),
  );
  const single = named ?? unique[0];
  if (single !== undefined) {
    return { columns: [single], reason: `Column "${columns[single]}" is never blank and never twice the same.` };
  }
  const length = prefixes.findIndex(
    (seen, index) => seen && facts.slice(0, index + 2).every((column) => !column.hasBlank),
  );
  if (rowsRead > 0 && length >= 0) {
    const together = columns.slice(0, length + 2).map((_, index) => index);
    return { columns: together, reason: `The first ${length + 2} columns together are never twice the same.` };
  }
  return { columns: columns.length > 0 ? [0] : [], reason: "No column tells all rows apart: choose the key yourself." };
}

/** Amounts and moments may differ by chance; they are no key. */
function isUnique(column: ColumnFacts, rowsRead: number): boolean {
  if (rowsRead === 0 || column.hasBlank || column.seen === undefined) return false;
  const { type } = guessType(column);
  return type === "string" || type === "integer" || type === "int64" || type === "guid";
}

function distinctNames(columns: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const first = toFieldName(column);
    let name = first;
    for (let number = 2; taken.has(name); number++) name = `${first.slice(0, fieldCharactersMax - 5)}_${number}`;
    taken.add(name);
    return name;
  });
}
