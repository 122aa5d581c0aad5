import type { DataEntity, EntityField } from "./dataEntity.ts";
import { DomainError, type MemberError } from "./errors.ts";
import { converterFor } from "./values.ts";

/** Numbers that records get when they are stored, one after another and none left out. */
export interface NumberSequence {
  readonly name: string;
  readonly description: string;
  /** A text such as INV-######, in which the number stands in place of the signs, with zeros in front. */
  readonly format: string;
  readonly smallest: number;
  readonly largest: number;
  /** No smaller number is drawn from now on. */
  readonly next: number;
}

const digitsMax = 15;
const signs = /#+/gu;

/** The greatest number that a format has room for; 0 for one without a single run of signs. */
export function largestOf(format: string): number {
  const [run, ...others] = format.match(signs) ?? [];
  return run === undefined || others.length > 0 ? 0 : 10 ** Math.min(run.length, digitsMax) - 1;
}

export function numberSequenceProblems({ format, smallest, largest, next }: NumberSequence): readonly MemberError[] {
  const problems: MemberError[] = [];
  const room = largestOf(format);
  const run = /#+/u.exec(format)?.[0] ?? "";
  if (room === 0 || run.length > digitsMax) {
    const message = `The format has one run of # for the digits, ${digitsMax} at most, such as INV-######.`;
    return [{ path: "format", message }];
  }
  if (largest > room) problems.push({ path: "largest", message: `The format has room for numbers up to ${room}.` });
  if (smallest > largest) problems.push({ path: "smallest", message: "The smallest number is above the largest." });
  if (next < smallest || next > largest + 1) {
    const message = `The next number lies between the smallest and the one behind the largest, ${smallest} to ${largest + 1}.`;
    problems.push({ path: "next", message });
  }
  return problems;
}

/** The number as a canonical value of the field. Throws `invalid` when there is none left. */
export function numberText({ name, format, largest }: NumberSequence, field: EntityField, number: number): string {
  if (number > largest) {
    const text = `Number sequence "${name}" has no number left behind ${largest}, so nothing was stored. Raise its largest number, and retry the message.`;
    throw new DomainError("invalid", text);
  }
  const text = format.replace(signs, (run) => String(number).padStart(run.length, "0"));
  const converted = converterFor(field)(text);
  return "value" in converted ? converted.value : text;
}

/** Why a field of the entity cannot hold the numbers of the sequence. */
export function sequenceMisfit(
  field: EntityField,
  { name, format, smallest, largest }: NumberSequence,
): string | undefined {
  const isFit = [smallest, largest].every((number) => {
    const text = format.replace(signs, (run) => String(number).padStart(run.length, "0"));
    return "value" in converterFor(field)(text);
  });
  return isFit ? undefined : `Field "${field.name}" cannot hold the numbers of sequence "${name}", such as ${format}.`;
}

export function numberedFields({ fields }: DataEntity): readonly (EntityField & { readonly numberSequence: string })[] {
  return fields.flatMap((field) => {
    const { numberSequence } = field;
    return numberSequence === undefined ? [] : [{ ...field, numberSequence }];
  });
}
