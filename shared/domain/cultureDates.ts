import type { Culture } from "./cultures.ts";

/** A date and a time of day as parts of a text, in invariant form: 2026-01-31, 08:30:00.5. Neither is checked. */
export interface LocalTime {
  readonly date: string;
  /** Undefined where the text has a date alone. */
  readonly clock: string | undefined;
}

export interface DateReader {
  /** Undefined for what is no date of the culture; a time may follow it. */
  readonly readDate: (text: string) => LocalTime | undefined;
  readonly readClock: (text: string) => string | undefined;
}

/** Longer than any date with its time, and short enough for patterns that look back. */
const charactersMax = 64;

/** Reads by the order and the signs of the culture's patterns. Years have four digits: of two, nobody knows a century. */
export function dateReader({ datePatterns, timePattern }: Culture): DateReader {
  const forms = datePatterns.map(dateForm);
  const readClock = clockReader(timePattern.includes(".") ? "[:.]" : ":");
  return {
    readClock: (text) => (text.length > charactersMax ? undefined : readClock(plainBlanks(text))),
    readDate(text) {
      if (text.length > charactersMax) return undefined;
      const plain = plainBlanks(text);
      for (const { pattern, order } of forms) {
        const match = pattern.exec(plain);
        if (!match) continue;
        const [year, month, day] = [match[order.year]!, match[order.month]!, match[order.day]!];
        const clock = match[4] === undefined ? undefined : readClock(match[4]);
        if (match[4] !== undefined && clock === undefined) return undefined;
        return { date: `${year}-${twoDigits(month)}-${twoDigits(day)}`, clock };
      }
      return undefined;
    },
  };
}

function twoDigits(number: string): string {
  return number.length === 1 ? `0${number}` : number;
}

/** Programs put no-break blanks, and marks for the direction of writing, between the parts. */
function plainBlanks(text: string): string {
  // oxlint-disable-next-line no-control-regex -- all of ASCII needs no look
  if (/^[\u0000-\u007f]*$/.test(text)) return text;
  return text.replace(/[\u200e\u200f]/g, "").replace(/[\u00a0\u2007\u2009\u202f]/g, " ");
}

interface DateForm {
  readonly pattern: RegExp;
  /** The groups of the pattern that hold year, month and day. */
  readonly order: { readonly year: number; readonly month: number; readonly day: number };
}

/** "d.M.yyyy" reads 1.2.2026, 01.02.2026, "1. 2. 2026." and, behind a blank or a comma, a time. */
function dateForm(datePattern: string): DateForm {
  const parts = datePattern.match(/[dMy]+/g) ?? [];
  const sign = /[^dMy]/.exec(datePattern)?.[0] ?? "-";
  const between = sign === "." ? "\\. ?" : sign;
  const digits = parts.map((part) => (part.startsWith("y") ? "(\\d{4})" : "(\\d{1,2})"));
  // A full stop or, in Cyrillic, the word for "year" may stand behind the last number.
  const tail = sign === "." ? "\\.?(?: ?г\\.)?" : "";
  const pattern = new RegExp(`^${digits.join(between)}${tail}(?:,? (.+))?$`, "u");
  const groupOf = (letter: string): number => 1 + parts.findIndex((part) => part.startsWith(letter));
  return { pattern, order: { year: groupOf("y"), month: groupOf("M"), day: groupOf("d") } };
}

const morning = new Set(["am", "πμ", "오전", "上午", "午前", "ص", "sa", "pg"]);
const afternoon = new Set(["pm", "μμ", "오후", "下午", "午後", "م", "ch", "ptg"]);

/** Reads "8:30", "08:30:00.5" and, with the words of any language that has them, "8:30 PM". */
function clockReader(sign: string): (text: string) => string | undefined {
  const digits = new RegExp(`^(\\d{1,2})(${sign})(\\d{2})(?:\\2(\\d{2})(?:[.,](\\d{1,7}))?)?$`, "u");
  return (text) => {
    const [, before = "", clock = "", behind = ""] = /^(\D*?) ?(\d[\d:.,]*) ?(\D*)$/u.exec(text) ?? [];
    const match = digits.exec(clock);
    const word = (before + behind).toLowerCase().replace(/[. ]/g, "");
    const hour = match ? hourOf(Number(match[1]), word) : undefined;
    if (!match || hour === undefined) return undefined;
    const fraction = match[5] === undefined ? "" : `.${match[5]}`;
    return `${twoDigits(String(hour))}:${match[3]}:${match[4] ?? "00"}${fraction}`;
  };
}

/** Without a word it is a clock of 24 hours; with one, 12 comes before 1. Undefined for what no clock shows. */
function hourOf(hour: number, word: string): number | undefined {
  if (word === "") return hour;
  if (hour < 1 || hour > 12) return undefined;
  if (morning.has(word)) return hour % 12;
  return afternoon.has(word) ? (hour % 12) + 12 : undefined;
}

/** Writes an invariant date or time of day by a pattern; what `dateReader` reads of it is the same again. */
export function patternWriter(pattern: string): (invariant: string) => string {
  const parts = pattern.match(/yyyy|MM?|dd?|HH?|h|mm|ss|tt|[^yMdHhmst]+/g) ?? [];
  return (invariant) => {
    let text = "";
    for (const part of parts) text += partOf(part, invariant);
    return text;
  };
}

/** Of a date such as 2026-01-31, or of a time such as 08:30:00.5: the parts of either stand in places of their own. */
function partOf(part: string, text: string): string {
  switch (part) {
    case "yyyy":
      return text.slice(0, 4);
    case "MM":
      return text.slice(5, 7);
    case "dd":
      return text.slice(8, 10);
    case "M":
      return String(Number(text.slice(5, 7)));
    case "d":
      return String(Number(text.slice(8, 10)));
    case "HH":
      return text.slice(0, 2);
    case "H":
      return String(Number(text.slice(0, 2)));
    case "h":
      return String(Number(text.slice(0, 2)) % 12 || 12);
    case "mm":
      return text.slice(3, 5);
    case "ss":
      return text.slice(6);
    case "tt":
      return Number(text.slice(0, 2)) < 12 ? "AM" : "PM";
    default:
      return part;
  }
}
