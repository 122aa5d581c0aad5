import fc from "fast-check";
import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { Filter } from "../../shared/domain/filter/recordFilter.ts";
import { encodeText } from "../../shared/domain/recordText.ts";
import { entityOf, fieldOf } from "./filters.ts";

/** Things with a key of two fields, and a field of each type that is ordered in its own way. */
export const things: DataEntity = entityOf(
  { ...fieldOf("string", { name: "CODE" }), isKey: true, isRequired: true },
  { ...fieldOf("integer", { name: "PLACE" }), isKey: true, isRequired: true },
  fieldOf("string", { name: "NAME" }),
  fieldOf("real", { name: "AMOUNT" }),
  fieldOf("date", { name: "DAY" }),
  fieldOf("datetime", { name: "MOMENT" }),
);

const letters = fc.constantFrom(
  "a",
  "B",
  "b",
  "é",
  "E\u0301",
  "😀",
  "1",
  "-",
  " x",
  "\\",
  "\t",
  "\r",
  "\n",
  ".",
  ",",
  "*",
  '"',
);
const plainLetters = fc.constantFrom<string>("a", "B", "b", "é", "1", "-", "\\", ".", ",", "*", '"', "!");
const textOf = (letter: fc.Arbitrary<string>, lettersMin: number) =>
  fc.array(letter, { minLength: lettersMin, maxLength: 4 }).map((all) => all.join(""));
const day = fc
  .integer({ min: -3, max: 3 })
  .map((days) => new Date(Date.UTC(2026, 10, 24 + days)).toISOString().slice(0, 10));
const clock = fc.constantFrom("00:00:00", "00:00:00.5", "23:59:59.99", "12:00:00");
const orEmpty = (value: fc.Arbitrary<string>) => fc.option(value, { nil: "", freq: 5 });
const number = fc.tuple(
  fc.integer({ min: -30, max: 30 }),
  fc.constantFrom("", ".5", ".25"),
  fc.constantFrom("", "", "0".repeat(25)),
);
/** Canonical. */
const amount = number.map(([whole, fraction, zeros]) => (whole === 0 ? "0" : `${whole}${zeros}${fraction}`));

/** A record's values beside the fields of `things`. */
export const drawnValues = fc.tuple(
  textOf(letters, 1).map((text) => text.trim() || "a"),
  fc.integer({ min: -12, max: 12 }).map(String),
  textOf(letters, 0),
  orEmpty(amount),
  orEmpty(day),
  orEmpty(fc.tuple(day, clock).map(([date, time]) => `${date}T${time}Z`)),
);

/** What a criterion says, by a rule of its own that knows nothing of bytes: blanks are told apart before it is asked. */
interface Drawn {
  readonly text: string;
  readonly isMeant: (value: string) => boolean;
}

type Rank = (one: string, other: string) => number;

const fold = (text: string): string => text.replace(/ +$/, "").normalize("NFC").toLowerCase();
const rankTexts: Rank = (one, other) =>
  Buffer.compare(Buffer.from(encodeText(fold(one))), Buffer.from(encodeText(fold(other))));
/** Exact: in hundredths. */
const worth = (text: string): bigint => {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(`${whole}${fraction.padEnd(2, "0")}`);
};
const rankNumbers: Rank = (one, other) => Number(worth(one) > worth(other)) - Number(worth(one) < worth(other));
const rankDays: Rank = (one, other) => Date.parse(one) - Date.parse(other);

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function ordered(value: fc.Arbitrary<string>, rank: Rank, write = (text: string) => text): fc.Arbitrary<Drawn> {
  return fc
    .tuple(value, value, fc.constantFrom("equal", "between", "from", "to", "greater", "less"))
    .map(([a, b, kind]) => {
      const [low, high] = rank(a, b) <= 0 ? [a, b] : [b, a];
      const [text, isMeant]: readonly [string, Drawn["isMeant"]] =
        kind === "equal"
          ? [write(a), (each) => rank(each, a) === 0]
          : kind === "between"
            ? [`${write(low)}..${write(high)}`, (each) => rank(each, low) >= 0 && rank(each, high) <= 0]
            : kind === "from"
              ? [`${write(a)}..`, (each) => rank(each, a) >= 0]
              : kind === "to"
                ? [`..${write(a)}`, (each) => rank(each, a) <= 0]
                : kind === "greater"
                  ? [`>${write(a)}`, (each) => rank(each, a) > 0]
                  : [`<${write(a)}`, (each) => rank(each, a) < 0];
      return { text, isMeant };
    });
}

const wildcard: fc.Arbitrary<Drawn> = fc
  .array(
    fc.oneof(
      plainLetters,
      fc.constantFrom("*", "?", "*").map((sign) => ({ sign })),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pieces) => {
    // Quotes side by side would be a quote of the value's own, so neighbours are one value in quotes.
    const joined = pieces.reduce<readonly (typeof pieces)[number][]>((all, piece): (typeof pieces)[number][] => {
      const last = all.at(-1);
      const isNext = typeof piece === "string" && typeof last === "string";
      return isNext ? [...all.slice(0, -1), `${last}${piece}`] : [...all, piece];
    }, []);
    const text = joined.map((piece) => (typeof piece === "string" ? quoted(piece) : piece.sign)).join("");
    const source = pieces
      .map((piece) => (typeof piece === "string" ? escape(fold(piece)) : piece.sign === "*" ? ".*" : "."))
      .join("");
    return { text, isMeant: (value: string) => new RegExp(`^${source}$`, "su").test(fold(value)) };
  });

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const blank: Drawn = { text: '""', isMeant: () => false };

/** One text of criteria, and what it says of a value. */
function criteriaOf(criterion: fc.Arbitrary<Drawn>): fc.Arbitrary<Drawn> {
  const one = fc.tuple(
    fc.oneof({ weight: 6, arbitrary: criterion }, { weight: 1, arbitrary: fc.constant(blank) }),
    fc.boolean(),
  );
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => {
    const says = ({ text, isMeant }: Drawn, value: string): boolean => {
      if (text === '""') return isBlank(value);
      return isBlank(value) ? /^\*+$/.test(text) : isMeant(value);
    };
    const [wanted, unwanted] = [false, true].map((isNot) =>
      all.filter((each) => each[1] === isNot).map(([each]) => each),
    );
    return {
      text: all.map(([{ text }, isNot]) => `${isNot ? "!" : ""}${text}`).join(", "),
      isMeant: (value) =>
        (wanted!.length === 0 || wanted!.some((each) => says(each, value))) &&
        !unwanted!.some((each) => says(each, value)),
    };
  });
}

const isBlank = (value: string): boolean => /^ *$/.test(value);

const code = textOf(plainLetters, 1);
const criteriaByField = {
  CODE: criteriaOf(fc.oneof(ordered(code, rankTexts, quoted), ordered(code, rankTexts, quoted), wildcard)),
  PLACE: criteriaOf(ordered(fc.integer({ min: -12, max: 12 }).map(String), rankNumbers)),
  NAME: criteriaOf(fc.oneof(ordered(code, rankTexts, quoted), wildcard)),
  AMOUNT: criteriaOf(ordered(amount, rankNumbers)),
  DAY: criteriaOf(ordered(day, rankDays)),
  MOMENT: criteriaOf(
    ordered(
      fc.tuple(day, clock).map(([date, time]) => `${date}T${time}Z`),
      rankDays,
    ),
  ),
};
type FieldName = keyof typeof criteriaByField;
const names = Object.keys(criteriaByField) as FieldName[];

const entry = fc
  .constantFrom<FieldName>(...names, "CODE", "CODE", "PLACE")
  .chain((field) => criteriaByField[field].map((drawn) => ({ field, drawn })));

export interface DrawnFilter {
  readonly filter: Filter;
  readonly selects: (values: readonly string[]) => boolean;
}

/** A filter on `things` with the plainest evaluation of it that there is. */
export const drawnFilter: fc.Arbitrary<DrawnFilter> = fc
  .array(entry, { minLength: 1, maxLength: 3 })
  .map((entries) => ({
    filter: entries.map(({ field, drawn }) => ({ field, criteria: drawn.text })),
    selects: (values) =>
      names.every((name, place) => {
        const own = entries.filter(({ field }) => field === name);
        return own.length === 0 || own.some(({ drawn }) => drawn.isMeant(values[place]!));
      }),
  }));
