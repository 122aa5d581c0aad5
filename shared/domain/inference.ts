import { type ColumnTypes, addToTypes, guessType, newColumnTypes } from "./columnTypes.ts";
import type { EntityField } from "./dataEntity.ts";
import { type KeyGuess, guessKey } from "./keyGuess.ts";
import type { Region } from "./region.ts";
import { shownValue } from "./shownValue.ts";
import { typeGuesses } from "./typeGuesses.ts";

export interface InferredColumn {
  readonly column: string;
  readonly field: EntityField;
  readonly reason: string;
}

export interface Inference {
  readonly rowsRead: number;
  readonly columns: readonly InferredColumn[];
  readonly key: { readonly fields: readonly string[]; readonly reason: string };
  /** Where few cells say otherwise than the others. */
  readonly warnings: readonly string[];
}

export interface EntityGuess {
  /** Takes one more row of the file, and the line on which it begins; without one, rows are lines behind a header. */
  readonly add: (cells: readonly string[], line?: number) => void;
  readonly finish: () => Inference;
}

const fieldCharactersMax = 80;

/**
 * Guesses an entity from the rows of a sample, with care: what might lose something as a number (leading zeros, a plus
 * sign, more than 64 bits, what looks like a code) stays text, 0 and 1 are numbers, and enums are never guessed. Numbers,
 * dates and times are taken as the region writes them. A few cells that do not fit what all others say are told of, and
 * decide nothing.
 */
export function guessEntity(columns: readonly string[], region?: Region): EntityGuess {
  const guesses = typeGuesses(region);
  const types = columns.map((name) => newColumnTypes(name, guesses));
  const key = guessKey(columns);
  let rowsRead = 0;
  return {
    add(row, line = rowsRead + 2) {
      rowsRead += 1;
      const cells = columns.map((_, index) => (row[index] ?? "").trim());
      cells.forEach((text, index) => {
        const column = types[index];
        if (column && text !== "") addToTypes(column, text, line);
      });
      key.add(cells, line);
    },
    finish: () => conclude(columns, types, key, rowsRead),
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

function conclude(
  columns: readonly string[],
  types: readonly ColumnTypes[],
  keyGuess: KeyGuess,
  rowsRead: number,
): Inference {
  const names = distinctNames(columns);
  const guessed = types.map(guessType);
  const key = keyGuess.finish(guessed.map(({ type }) => type));
  const inferred = guessed.map(({ type, reason, lengthMax }, index) => {
    const isKey = key.columns.includes(index);
    const length = lengthMax === undefined ? {} : { lengthMax };
    const field: EntityField = { name: names[index] ?? "COLUMN", type, ...length, isKey, isRequired: isKey };
    return { column: columns[index] ?? "", field, reason };
  });
  const doubts = guessed.flatMap(({ isDoubtful, reason }, index) =>
    isDoubtful ? [`Column ${shownValue(columns[index] ?? "")}: ${reason}.`] : [],
  );
  return {
    rowsRead,
    columns: inferred,
    key: { fields: key.columns.map((at) => names[at] ?? ""), reason: key.reason },
    warnings: key.isDoubtful ? [...doubts, `Key: ${key.reason}`] : doubts,
  };
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
