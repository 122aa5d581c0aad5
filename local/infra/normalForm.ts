import { isList, isObject, type Value, type ValueObject } from "./armValues.ts";

/** A compiled template as it stands in infra/main.json: without what the compiler says of itself, one member on a line. */
export function writeNormalForm(template: ValueObject): string {
  return `${JSON.stringify(withoutGenerator(template), null, 2)}\n`;
}

function withoutGenerator(value: Value): Value {
  if (isList(value)) return value.map(withoutGenerator);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => key !== "_generator");
  return Object.fromEntries(members.map(([key, member]) => [key, withoutGenerator(member)]));
}

/** Where two texts first differ, for a message; undefined when they are the same. */
export function firstDifference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  const line = before.findIndex((text, place) => text !== after[place]);
  const place = line < 0 ? before.length : line;
  return `line ${place + 1}: "${before[place]?.trim() ?? ""}" became "${after[place]?.trim() ?? ""}"`;
}
