import { describe, type Value } from "./armValues.ts";
import type { DeployedResource, Deployment } from "./compiledTemplate.ts";

/** Which resource something names: what a call of resourceId says, or where it is deployed. */
export interface ResourceId {
  readonly type: string;
  /** With the names of its parents, parted by slashes. */
  readonly name: string;
}

export type Assertion = (deployment: Deployment) => readonly string[];

export function ofType(resources: readonly DeployedResource[], type: string): readonly DeployedResource[] {
  return resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
}

const call = "<resourceId(";

/** Every resource that a value names, wherever it stands in it. */
export function idsIn(value: Value | undefined): readonly ResourceId[] {
  const text = describe(value);
  const found: ResourceId[] = [];
  for (let at = text.indexOf(call); at >= 0; at = text.indexOf(call, at + 1)) {
    const [type = "", ...names] = argumentsFrom(text, at + call.length);
    found.push({ type, name: names.join("/") });
  }
  return found;
}

/** The one that a value names first. */
export function idIn(value: Value | undefined): ResourceId | undefined {
  return idsIn(value)[0];
}

export function isSame(one: ResourceId | undefined, other: ResourceId | undefined): boolean {
  return one !== undefined && one.type === other?.type && one.name === other.name;
}

/** The arguments of a call up to the parenthesis that ends it; some of them are calls themselves. */
function argumentsFrom(text: string, start: number): string[] {
  const found: string[] = [];
  let [depth, from] = [0, start];
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at]!;
    if (depth === 0 && (sign === "," || sign === ")")) {
      found.push(text.slice(from, at).trim());
      from = at + 1;
    }
    if (depth === 0 && sign === ")") return found;
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
  }
  return found;
}
