/** A schedule in NCRONTAB's six fields: second, minute, hour, day, month, weekday; five fields begin at the minute. */
export interface CronSchedule {
  /** The first due time after `after`, both in epoch milliseconds, in UTC; undefined when the schedule never comes. */
  next(after: number): number | undefined;
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const fields: readonly Field[] = [
  { name: "second", low: 0, high: 59, words: [] },
  { name: "minute", low: 0, high: 59, words: [] },
  { name: "hour", low: 0, high: 23, words: [] },
  { name: "day", low: 1, high: 31, words: [] },
  { name: "month", low: 1, high: 12, words: months },
  { name: "day of week", low: 0, high: 6, words: weekdays },
];
/** 29 February on a given weekday can be forty years away, where a century without a leap year lies between. */
const daysSearchedMax = 41 * 366;

/** Reads a schedule, or says which field is wrong. Day and day of week must both fit, as NCRONTAB has it. */
export function parseCron(text: string): CronSchedule {
  const words = text.trim().split(/\s+/);
  const given = words.length === 5 ? ["0", ...words] : words;
  if (given.length !== fields.length) {
    throw new Error(`The schedule "${text}" has ${words.length} fields; NCRONTAB has six, such as "0 */5 * * * *".`);
  }
  const sets = fields.map((field, at) => parseField(given[at] ?? "", field, text));
  const [seconds = [], minutes = [], hours = [], days = [], monthsDue = [], weekdaysDue = []] = sets;
  const isDue = (day: Date): boolean =>
    monthsDue.includes(day.getUTCMonth() + 1) &&
    days.includes(day.getUTCDate()) &&
    weekdaysDue.includes(day.getUTCDay());
  return { next: (after) => findNext(after, isDue, { hours, minutes, seconds }) };
}

function parseField(text: string, field: Field, schedule: string): number[] {
  const values = new Set(text.split(",").flatMap((item) => parseItem(item, field, schedule)));
  return [...values].toSorted((left, right) => left - right);
}

function parseItem(item: string, field: Field, schedule: string): number[] {
  const match = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i.exec(item);
  if (match === null) throw refusal(schedule, field, item);
  const [, fromText, toText, stepText] = match;
  const step = Number(stepText ?? 1);
  const from = fromText === undefined ? field.low : readValue(fromText, field, schedule);
  // "5/10" runs from 5 to the end of the field; "5" is 5 alone.
  const isOpen = fromText === undefined || (toText === undefined && stepText !== undefined);
  const to = isOpen ? field.high : readValue(toText ?? fromText, field, schedule);
  if (step < 1 || to < from) throw refusal(schedule, field, item);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
}

function readValue(text: string, field: Field, schedule: string): number {
  const word = field.words.indexOf(text.toLowerCase().slice(0, 3));
  const value = word >= 0 && text.length >= 3 ? word + field.low : Number(text);
  // Sunday is 0; 7 is refused, as NCRONTAB refuses it.
  if (!Number.isInteger(value) || value < field.low || value > field.high) throw refusal(schedule, field, text);
  return value;
}

function refusal(schedule: string, field: Field, item: string): Error {
  return new Error(
    `The schedule "${schedule}" has "${item}" as ${field.name}; it must lie within ${field.low} and ${field.high}.`,
  );
}

interface TimesOfDay {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

function findNext(after: number, isDue: (day: Date) => boolean, times: TimesOfDay): number | undefined {
  const start = new Date(Math.floor(after / 1000) * 1000 + 1000);
  const day = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()));
  for (let searched = 0; searched < daysSearchedMax; searched += 1) {
    const earliest = searched === 0 ? start.getTime() - day.getTime() : 0;
    const timeOfDay = isDue(day) ? findTimeOfDay(earliest / 1000, times) : undefined;
    if (timeOfDay !== undefined) return day.getTime() + timeOfDay * 1000;
    day.setUTCDate(day.getUTCDate() + 1);
  }
  return undefined;
}

/** The first due second of a day at or after `earliest`; the lists are sorted, so the first that fits is the one. */
function findTimeOfDay(earliest: number, { hours, minutes, seconds }: TimesOfDay): number | undefined {
  for (const hour of hours.filter((value) => (value + 1) * 3600 > earliest)) {
    for (const minute of minutes.filter((value) => hour * 3600 + (value + 1) * 60 > earliest)) {
      const second = seconds.find((value) => hour * 3600 + minute * 60 + value >= earliest);
      if (second !== undefined) return hour * 3600 + minute * 60 + second;
    }
  }
  return undefined;
}
