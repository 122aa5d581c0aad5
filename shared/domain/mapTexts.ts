import type { FieldMap, FieldMapLine } from "./fieldMapLine.ts";
import { nameList } from "./nameList.ts";

/** How much a map may hold, wherever it comes from. */
export const mapMax = { lines: 1000, conversions: 1000, columnCharacters: 200, valueCharacters: 4000 } as const;

/** A column is named by the file of somebody else, where Excel puts line breaks into headers (Alt+Enter). */
export const columnPattern = /^[^\p{Cs}\p{Cc}]*(?:[\t\r\n][^\p{Cs}\p{Cc}]*)*$/u;

/** The manifest of an exported package holds it, which is XML. */
export const packablePattern = /^[^\p{Cs}\p{Cc}\uFFFE\uFFFF]*(?:[\t\r\n][^\p{Cs}\p{Cc}\uFFFE\uFFFF]*)*$/u;

/** What a map of somebody else's making holds that none here may. */
export function mapTextProblems(map: FieldMap): readonly string[] {
  const problems = map.flatMap(lineTextProblems);
  if (map.length <= mapMax.lines) return problems;
  return [`The map has ${map.length} lines; it has at most ${mapMax.lines}.`, ...problems];
}

function lineTextProblems({ field, column = "", conversions = [], ...values }: FieldMapLine): readonly string[] {
  const texts = [
    values.defaultValue,
    values.fallbackValue,
    ...conversions.flatMap(({ source, value }) => [source, value]),
  ];
  const problems: string[] = [];
  const say = (isWrong: boolean, text: string): void => {
    if (isWrong) problems.push(`Field "${nameList([field])}": ${text}`);
  };
  say(column.length > mapMax.columnCharacters, `its column has more than ${mapMax.columnCharacters} characters.`);
  say(!columnPattern.test(column), "its column has control characters.");
  say(conversions.length > mapMax.conversions, `it has more than ${mapMax.conversions} conversions.`);
  say(
    texts.some((text) => (text ?? "").length > mapMax.valueCharacters),
    `a value has more than ${mapMax.valueCharacters} characters.`,
  );
  say(
    conversions.some(({ source, value }) => !packablePattern.test(source) || !packablePattern.test(value)),
    "a conversion has control characters.",
  );
  return problems;
}
