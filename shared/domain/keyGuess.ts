import { grouped } from "./columnTypes.ts";
import type { FieldType } from "./dataEntity.ts";
import { foldName } from "./foldName.ts";
import { shownValue } from "./shownValue.ts";

/** The key of a sample's records, as it is told so far by names and by what tells rows apart. */
export interface KeyGuess {
  /** Takes one more row; cells without blanks around them. */
  readonly add: (cells: readonly string[], line: number) => void;
  readonly finish: (types: readonly FieldType[]) => GuessedKey;
}

export interface GuessedKey {
  /** Places of the columns. */
  readonly columns: readonly number[];
  readonly reason: string;
  /** One row is told apart from no other, and would be rejected. */
  readonly isDoubtful: boolean;
}

/** Columns whose values together may tell rows apart. */
interface Candidate {
  readonly columns: readonly number[];
  hasBlank: boolean;
  repeats: number;
  firstRepeat: number | undefined;
  /** Hashes of the values seen; dropped when too many came again. */
  seen: Set<number> | undefined;
}

/**
 * What the name of a column says: `key` names a record, `line` counts within one, `mail` names a person where nothing
 * else does, `words` are for people and differ by chance, `name` is worth little more.
 */
type NameKind = "key" | "line" | "mail" | "words" | "name" | "other";

const kinds: readonly (readonly [NameKind, RegExp])[] = [
  ["mail", /mail/i],
  ["words", /phone|telefon|telefax|mobile|fax|url|website|zip|postal|postcode|plz/i],
  [
    "words",
    /(?:desc|descr|description|beschreibung|bezeichnung|bemerkung|kommentar|notiz|comments?|notes?|remarks?|memo|street|stra(?:ss|ß)e|city|address|adresse|date|datum|time)\W*\d*$/iu,
  ],
  ["words", /(?:amount|betrag|qty|quantity|menge|price|preis|total|balance|saldo|limit)\W*$/i],
  ["words", /(?:paid|valid|void|bid|grid|solid|fluid|avoid)$|(?:^|[^a-z])ort$/i],
  [
    "line",
    /(?:^|[^a-z])(?:line|pos|position|seq|sequence|row|zeile|posten)(?:[^a-z]*(?:no|nr|num|number|nummer|id))?\.?$/i,
  ],
  ["line", /(?:line|sequence|zeilen|positions)(?:num|number|nummer|no|nr)$/i],
  ["key", /(?:^|[^a-z])(?:no|nr|num|key|ref|sku|ean|gtin|isbn|#)\.?$/i],
  ["key", /(?:id|code|number|nummer|konto|account|symbol)$/i],
  ["name", /name|title|titel|label/i],
];

const togetherMax = 4;
const namedMax = 4;
const keyCharactersMax = 100;
/** Repeats that may be mistakes of the sample: one, or so many of a hundred rows. */
const repeatsOfHundred = 2;
const rowsMin = 3;
const separator = "\u001f";

export function guessKey(names: readonly string[]): KeyGuess {
  const kindOf = names.map((name) => kinds.find(([, pattern]) => pattern.test(name.trim()))?.[0] ?? "other");
  const singles = names.map((_, index) => newCandidate([index]));
  const together = combinations(kindOf).map(newCandidate);
  let rows = 0;
  return {
    add(cells, line) {
      rows += 1;
      for (const candidate of singles) addRow(candidate, cells, line, rows);
      for (const candidate of together) addRow(candidate, cells, line, rows);
    },
    finish: (types) => choose({ names, kindOf, singles, together, rows, types }),
  };
}

/** The columns named like keys in all ways, and the first columns of the file; few ones before many. */
function combinations(kindOf: readonly NameKind[]): readonly (readonly number[])[] {
  const places = [...kindOf.keys()];
  const named = places.filter((at) => kindOf[at] === "key" || kindOf[at] === "line").slice(0, namedMax);
  const chosen = Array.from({ length: 2 ** named.length }, (_, bits) => named.filter((__, bit) => (bits >> bit) & 1));
  const first = places.filter((at) => kindOf[at] !== "words" && kindOf[at] !== "mail" && kindOf[at] !== "name");
  const prefixes = [2, 3, togetherMax].map((length) => first.slice(0, length));
  const all = [...chosen, ...prefixes].filter((columns) => columns.length > 1).map((columns) => columns.join());
  return [...new Set(all)].map((columns) => columns.split(",").map(Number)).toSorted((a, b) => a.length - b.length);
}

function newCandidate(columns: readonly number[]): Candidate {
  return { columns, hasBlank: false, repeats: 0, firstRepeat: undefined, seen: new Set() };
}

/** Values count as keys do: without regard to case. */
function addRow(candidate: Candidate, cells: readonly string[], line: number, rows: number): void {
  if (!candidate.seen || candidate.hasBlank) return;
  const values = candidate.columns.map((at) => cells[at] ?? "");
  candidate.hasBlank = values.includes("");
  if (candidate.hasBlank || values.some((value) => value.length > keyCharactersMax)) {
    candidate.seen = undefined;
    return;
  }
  const hash = hashOf(foldName(values.join(separator)));
  if (!candidate.seen.has(hash)) {
    candidate.seen.add(hash);
    return;
  }
  candidate.repeats += 1;
  candidate.firstRepeat ??= line;
  if (candidate.repeats > 1 + rows / 10) candidate.seen = undefined;
}

/** 53 bits: of ten thousand rows, two that differ have the same hash once in a hundred million samples. */
function hashOf(text: string): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 2654435761);
    other = Math.imul(other ^ unit, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (2097151 & other) + (one >>> 0);
}

interface Sample {
  readonly names: readonly string[];
  readonly kindOf: readonly NameKind[];
  readonly singles: readonly Candidate[];
  readonly together: readonly Candidate[];
  readonly rows: number;
  readonly types: readonly FieldType[];
}

/**
 * The most plausible of all that tell the rows apart. A column named like a key comes before others also with a mistake in
 * it: what is for people to read differs by chance, and would make two records of one.
 */
function choose(sample: Sample): GuessedKey {
  const { singles, together, kindOf, rows } = sample;
  const single = (isWanted: (candidate: Candidate) => boolean, ...wanted: readonly NameKind[]) =>
    singles.find((each) => wanted.includes(kindOf[each.columns[0]!]!) && isKeyType(sample, each) && isWanted(each));
  const isUnique = (each: Candidate): boolean => rows > 0 && each.seen !== undefined && each.repeats === 0;
  const isNearlyUnique = (each: Candidate): boolean =>
    rows >= rowsMin && each.seen !== undefined && each.repeats <= Math.max(1, (rows * repeatsOfHundred) / 100);
  const unique = together.filter(isUnique);
  const isNamed = kindOf.includes("key");
  const found =
    unique.find((each) => isLineOf(sample, each)) ??
    single(isUnique, "key") ??
    single(isNearlyUnique, "key") ??
    unique.find((each) => each.columns.every((at) => kindOf[at] === "key" || kindOf[at] === "line")) ??
    single(isUnique, "other", "line") ??
    unique[0] ??
    (isNamed ? undefined : single(isUnique, "mail")) ??
    single(isUnique, "name");
  return found ? told(sample, found) : { columns: fallback(kindOf), reason: noKey, isDoubtful: false };
}

const noKey = "No column tells all rows apart: choose the key yourself.";

function fallback(kindOf: readonly NameKind[]): readonly number[] {
  const named = kindOf.indexOf("key");
  return kindOf.length === 0 ? [] : [Math.max(0, named)];
}

/** The lines of a document: its number, which comes again, and theirs. */
function isLineOf({ kindOf, singles }: Sample, { columns }: Candidate): boolean {
  const [first = 0, second = 0] = columns;
  const isKey = kindOf[first] === "key" && (singles[first]?.repeats ?? 0) > 0;
  return columns.length === 2 && isKey && kindOf[second] === "line";
}

/** Amounts and moments may differ by chance; they are no key. */
function isKeyType({ types }: Sample, { columns: [at = 0] }: Candidate): boolean {
  return ["string", "integer", "int64", "guid"].includes(types[at] ?? "");
}

function told({ names, kindOf, rows }: Sample, { columns, repeats, firstRepeat }: Candidate): GuessedKey {
  const quotedNames = columns.map((at) => shownValue(names[at] ?? "")).join(", ");
  if (columns.length > 1) {
    return { columns, reason: `Columns ${quotedNames} together are never twice the same.`, isDoubtful: false };
  }
  const likeKey = kindOf[columns[0] ?? 0] === "key" ? " is named like a key, and" : " is";
  if (repeats === 0) {
    return {
      columns,
      reason: `Column ${quotedNames}${likeKey} never blank and never twice the same.`,
      isDoubtful: false,
    };
  }
  const reason = `Column ${quotedNames} is named like a key, and ${grouped(rows - repeats)} of ${grouped(rows)} rows differ in it; line ${firstRepeat} has the value of a line before.`;
  return { columns, reason, isDoubtful: true };
}
