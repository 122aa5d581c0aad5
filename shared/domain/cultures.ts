import { foldName } from "./foldName.ts";

/** How a language, as it is written in one country, writes numbers, dates and times. */
export interface Culture {
  /** Language and country, such as de-DE. */
  readonly name: string;
  /** The first is written, and all are read; `d` and `M` are read with one digit or two. */
  readonly datePatterns: readonly string[];
  readonly timePattern: string;
  readonly decimalSign: "," | ".";
  /** Blanks and apostrophes are read between groups in every culture, since they can mean nothing else. */
  readonly groupSign: "," | "." | " " | "'";
  /** Whether groups before the last may be of two digits: 12,34,567. */
  readonly hasPairs: boolean;
}

const [point, comma] = [".,", ",."];
const [clock24, shortClock24, clock12, dotClock] = ["HH:mm:ss", "H:mm:ss", "h:mm:ss tt", "HH.mm.ss"];

/**
 * By name: the date, with a bar between forms that are both in use, the time, and the signs for decimals and for groups.
 * A table of its own, and none of the machine's: what the machine knows of languages changes with its version, and with
 * it would what an export writes. The first form of a date is the one of Windows, as the original's. A culture is not in
 * it where Windows and Unicode tell its decimal sign or the order of its dates otherwise (en-ZA, fr-CH, en-PH), or where
 * its years are of another calendar.
 */
const rows: readonly (readonly [names: string, dates: string, time: string, signs: string])[] = [
  ["ar-AE", "dd/MM/yyyy", clock24, point],
  ["bg-BG", "d.M.yyyy", shortClock24, ", "],
  ["cs-CZ", "dd.MM.yyyy", shortClock24, ", "],
  ["da-DK", "dd-MM-yyyy|dd.MM.yyyy", clock24, comma],
  ["de-AT de-DE de-LU", "dd.MM.yyyy", clock24, comma],
  ["de-CH de-LI it-CH", "dd.MM.yyyy", clock24, ".'"],
  ["el-GR", "d/M/yyyy", clock24, comma],
  ["en-AU en-NZ", "d/MM/yyyy", clock12, point],
  ["en-CA", "yyyy-MM-dd", clock12, point],
  ["en-GB en-IE", "dd/MM/yyyy", clock24, point],
  ["en-HK en-MY en-SG", "d/M/yyyy", clock12, point],
  ["en-IN hi-IN", "dd-MM-yyyy|dd/MM/yyyy", clock24, `${point}pairs`],
  ["en-US", "M/d/yyyy", clock12, point],
  ["es-AR es-ES", "d/M/yyyy", clock24, comma],
  ["es-CL", "dd-MM-yyyy", clock24, comma],
  ["es-CO", "d/MM/yyyy", clock24, comma],
  ["es-MX es-PE", "dd/MM/yyyy", clock24, point],
  ["et-EE lv-LV nb-NO nn-NO", "dd.MM.yyyy", clock24, ", "],
  ["fi-FI sv-FI", "d.M.yyyy", "H.mm.ss", ", "],
  ["fr-BE", "dd/MM/yyyy|dd-MM-yyyy", clock24, ", "],
  ["fr-CA lt-LT sv-SE", "yyyy-MM-dd", clock24, ", "],
  ["fr-FR fr-LU", "dd/MM/yyyy", clock24, ", "],
  ["he-IL", "dd/MM/yyyy|d.M.yyyy", clock24, point],
  ["hr-HR", "d.M.yyyy", clock24, comma],
  ["hu-HU", "yyyy.MM.dd.", shortClock24, ", "],
  ["id-ID", "dd/MM/yyyy", dotClock, comma],
  ["is-IS", "d.M.yyyy", clock24, comma],
  ["it-IT", "dd/MM/yyyy", clock24, comma],
  ["ja-JP", "yyyy/MM/dd", shortClock24, point],
  ["ko-KR", "yyyy-MM-dd|yyyy.M.d", clock24, point],
  ["ms-MY", "d/MM/yyyy", clock24, point],
  ["nl-BE", "d/MM/yyyy|dd-MM-yyyy", clock24, comma],
  ["nl-NL", "d-M-yyyy", clock24, comma],
  ["pl-PL", "dd.MM.yyyy", clock24, ", "],
  ["pt-BR", "dd/MM/yyyy", clock24, comma],
  ["pt-PT", "dd/MM/yyyy", clock24, ", "],
  ["ro-RO", "dd.MM.yyyy", clock24, comma],
  ["ru-RU uk-UA", "dd.MM.yyyy", clock24, ", "],
  ["sk-SK", "d.M.yyyy", shortClock24, ", "],
  ["sl-SI", "d.M.yyyy", clock24, comma],
  ["sr-Latn-RS", "d.M.yyyy", clock24, comma],
  ["tr-TR", "d.MM.yyyy", clock24, comma],
  ["vi-VN", "dd/MM/yyyy", clock24, comma],
  ["zh-CN", "yyyy/M/d", shortClock24, point],
  ["zh-HK zh-SG", "d/M/yyyy", shortClock24, point],
  ["zh-TW", "yyyy/M/d", clock24, point],
];

const cultures = rows.flatMap(([names, dates, timePattern, signs]) =>
  names.split(" ").map((name): Culture => ({
    name,
    datePatterns: dates.split("|"),
    timePattern,
    decimalSign: signs.startsWith(",") ? "," : ".",
    groupSign: groupSignOf(signs),
    hasPairs: signs.endsWith("pairs"),
  })),
);

function groupSignOf(signs: string): Culture["groupSign"] {
  const sign = signs.charAt(1);
  return sign === "," || sign === "." || sign === "'" ? sign : " ";
}

export const cultureNames: readonly string[] = cultures.map(({ name }) => name).toSorted();

/** Without regard to case; undefined for a name that none has. */
export function findCulture(name: string): Culture | undefined {
  return cultures.find((culture) => foldName(culture.name) === foldName(name.trim()));
}

const otherCalendars = /^(?:th|fa|ps|ar-sa)(?:-|$)/i;

/** Why there is no culture of that name, and which to choose. */
export function unknownCulture(name: string): string {
  const language = name.trim().split(/[-_]/, 1)[0] ?? "";
  const ofLanguage = cultureNames.filter((known) => foldName(known).startsWith(`${foldName(language)}-`));
  if (ofLanguage.length > 0) {
    return `Name language and country: ${ofLanguage.join(", ")}. Countries write numbers and dates differently.`;
  }
  const why = otherCalendars.test(name.trim())
    ? "Years of another calendar are not read"
    : "This language is not known";
  return `${why}. Choose one that writes as the file does, of ${cultureNames.join(", ")}.`;
}
