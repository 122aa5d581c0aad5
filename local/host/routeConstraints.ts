import { isGuid } from "../../shared/domain/guid.ts";

/** A rule that a parameter's value must pass for its route to match, by ASP.NET's names. */
export interface Constraint {
  readonly text: string;
  readonly accepts: (value: string) => boolean;
}

type Check = (value: string, args: readonly number[]) => boolean;

/** Name, number of arguments (one or two where a range says so), and the check. */
const checks: Readonly<Record<string, { readonly counts: readonly number[]; readonly check: Check }>> = {
  alpha: { counts: [0], check: (value) => /^[a-z]*$/i.test(value) },
  bool: { counts: [0], check: (value) => /^(?:true|false)$/i.test(value) },
  guid: { counts: [0], check: isNetGuid },
  int: { counts: [0], check: (value) => isWhole(value, -(2 ** 31), 2 ** 31 - 1) },
  length: { counts: [1, 2], check: (value, [low = 0, high = low]) => value.length >= low && value.length <= high },
  long: { counts: [0], check: isLong },
  max: { counts: [1], check: (value, [high = 0]) => isLong(value) && Number(value) <= high },
  maxlength: { counts: [1], check: (value, [high = 0]) => value.length <= high },
  min: { counts: [1], check: (value, [low = 0]) => isLong(value) && Number(value) >= low },
  minlength: { counts: [1], check: (value, [low = 0]) => value.length >= low },
  range: { counts: [2], check: (value, [low = 0, high = 0]) => isLong(value) && isWhole(value, low, high) },
  required: { counts: [0], check: (value) => value !== "" },
};

/** Undefined for a constraint that this host does not know, or with arguments that it cannot read. */
export function findConstraint(name: string, argumentText: string | undefined): Constraint | undefined {
  const known = checks[name.toLowerCase()];
  const args = argumentText === undefined ? [] : argumentText.split(",").map((text) => Number(text.trim()));
  if (known === undefined || !known.counts.includes(args.length) || !args.every(Number.isInteger)) return undefined;
  const text = argumentText === undefined ? name.toLowerCase() : `${name.toLowerCase()}(${args.join(",")})`;
  return { text, accepts: (value) => known.check(value, args) };
}

/** .NET reads a GUID bare, in braces, in parentheses, and without hyphens. */
function isNetGuid(value: string): boolean {
  const bare = /^(?:\{.*\}|\(.*\))$/.test(value) ? value.slice(1, -1) : value;
  return /^[0-9a-f]{32}$/i.test(value) || isGuid(bare.toLowerCase());
}

function isLong(value: string): boolean {
  if (!/^[+-]?\d{1,19}$/.test(value)) return false;
  return BigInt.asIntN(64, BigInt(value.replace("+", ""))) === BigInt(value.replace("+", ""));
}

function isWhole(value: string, low: number, high: number): boolean {
  return /^[+-]?\d+$/.test(value) && Number(value) >= low && Number(value) <= high;
}
