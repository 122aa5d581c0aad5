import { daysInMonth } from "../calendar.ts";
import { nameList } from "../nameList.ts";
import { CriteriaError, type Method } from "./criteria.ts";

/** By what relative dates count: the moment of a run's due time, in the time zone of its job. */
export interface FilterMoment {
  readonly at: number;
  /** The day there, such as 2026-01-31. */
  readonly today: string;
  /** When a day begins there. */
  readonly startOfDay: (date: string) => number;
}

/** Whole days, the first and the last one included; one that is missing is open. */
export interface Days {
  readonly from?: string;
  readonly to?: string;
  readonly isUtc: boolean;
}

const dayMs = 86_400_000;
const [firstDay, lastDay] = ["0001-01-01", "9999-12-31"];

type DaysOf = (today: string, first: number, second: number) => Omit<Days, "isUtc">;
const greaterThan: DaysOf = (today, days) => ({ from: addDays(today, days + 1) });
const lessThan: DaysOf = (today, days) => ({ to: addDays(today, days - 1) });

const methods: readonly {
  readonly name: string;
  readonly argsMax: number;
  readonly days: DaysOf;
  readonly isUtc?: true;
}[] = [
  { name: "Day", argsMax: 1, days: (today, days) => ({ from: addDays(today, days), to: addDays(today, days) }) },
  { name: "DayRange", argsMax: 2, days: (today, from, to) => ({ from: addDays(today, from), to: addDays(today, to) }) },
  { name: "MonthRange", argsMax: 2, days: monthRange },
  {
    name: "YearRange",
    argsMax: 2,
    days: (today, from, to) => monthRange(`${today.slice(0, 4)}-01-01`, 12 * from, 12 * to + 11),
  },
  { name: "GreaterThanDate", argsMax: 1, days: greaterThan },
  { name: "LessThanDate", argsMax: 1, days: lessThan },
  { name: "GreaterThanUtcDate", argsMax: 1, days: greaterThan, isUtc: true },
  { name: "LessThanUtcDate", argsMax: 1, days: lessThan, isUtc: true },
];

/** The days that a method means; throws `CriteriaError` for a method that there is not, and for arguments that it does not take. */
export function daysOf(method: Method, moment: FilterMoment): Days {
  const known = methods.find(({ name }) => isNamed(method, name));
  if (!known) {
    const names = [...methods.map(({ name }) => name), "GreaterThanUtcNow", "LessThanUtcNow"];
    throw new CriteriaError(method.at, `expects one of the methods ${nameList(names)}.`);
  }
  requireArgs(method, known.argsMax);
  const { isUtc = false } = known;
  const [first = 0, second = 0] = method.args;
  const days = known.days(isUtc ? utcDay(moment.at) : moment.today, first, second);
  if (days.from !== undefined && days.to !== undefined && days.from > days.to) {
    throw new CriteriaError(method.at, `${known.name} ends before it begins: its first argument is the greater one.`);
  }
  return { ...days, isUtc };
}

/** Which side of the very moment a method means; undefined for a method of days. */
export function sideOfNow(method: Method): "greater" | "less" | undefined {
  const side = isNamed(method, "GreaterThanUtcNow")
    ? "greater"
    : isNamed(method, "LessThanUtcNow")
      ? "less"
      : undefined;
  if (side) requireArgs(method, 0);
  return side;
}

function isNamed(method: Method, name: string): boolean {
  return method.name.toLowerCase() === name.toLowerCase();
}

function requireArgs({ at, name, args }: Method, argsMax: number): void {
  if (args.length <= argsMax) return;
  const many = argsMax === 0 ? "no arguments" : argsMax === 1 ? "at most one argument" : "at most two arguments";
  throw new CriteriaError(at, `${name} takes ${many}.`);
}

function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Never outside of the years 1 to 9999. */
function addDays(date: string, days: number): string {
  const [first, last] = [Date.parse(firstDay), Date.parse(lastDay)];
  return utcDay(Math.min(last, Math.max(first, Date.parse(date) + days * dayMs)));
}

/** From the first day of one month to the last day of another. */
function monthRange(today: string, from: number, to: number): Omit<Days, "isUtc"> {
  const [firstOf, lastOf] = [addMonths(today, from), addMonths(today, to)];
  const [year, month] = [Number(lastOf.slice(0, 4)), Number(lastOf.slice(5))];
  return { from: `${firstOf}-01`, to: `${lastOf}-${daysInMonth(year, month)}` };
}

/** The month, such as 2026-01. */
function addMonths(date: string, months: number): string {
  const number = 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7)) - 1 + months;
  const inRange = Math.min(12 * 9999 + 11, Math.max(12, number));
  return `${String(Math.floor(inRange / 12)).padStart(4, "0")}-${String((inRange % 12) + 1).padStart(2, "0")}`;
}

/** When the days begin, and when they are over, in canonical datetimes; undefined where they have no such end. */
export function boundsOf({ from, to, isUtc }: Days, moment: FilterMoment): { from?: string; below?: string } {
  const startOf = (date: string): string => toDatetime(isUtc ? Date.parse(date) : moment.startOfDay(date));
  const below = to === undefined || to === lastDay ? undefined : addDays(to, 1);
  return { ...(from !== undefined && { from: startOf(from) }), ...(below !== undefined && { below: startOf(below) }) };
}

/** The canonical text of a moment. */
export function toDatetime(at: number): string {
  const inRange = Math.min(Date.parse(`${lastDay}T23:59:59.999Z`), Math.max(Date.parse(`${firstDay}T00:00:00Z`), at));
  return new Date(inRange).toISOString().replace(/\.?0*Z$/, "Z");
}
