import { isSameName } from "../../domain/dataEntity.ts";
import { filterProblem, shown, type Token } from "./filterTokens.ts";
import { type EnumType, namespace, type Property, type Scalar } from "./model.ts";

/** A value in the form of the property that it is compared with; `invalid` where it has none. */
export function toScalar(token: Token, property: Property): Scalar {
  if (token.kind === "word" && token.text === "null") return null;
  const value = typeof property.type === "object" ? toMember(token, property.type) : toPlain(token, property);
  if (value !== undefined) return value;
  throw filterProblem(
    `${property.name} is compared with ${dueFor(property)}, not with "${shown(token.text)}"`,
    token.at,
  );
}

function toPlain({ kind, text }: Token, { type }: Property): Scalar | undefined {
  if (type === "Edm.String") return kind === "text" ? text : undefined;
  if (type === "Edm.Int32") return kind === "number" ? Number(text) : undefined;
  return kind === "moment" && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** By its symbol, with its type before it or without, or by its number. */
function toMember(token: Token, type: EnumType): string | undefined {
  if (token.kind === "number") return type.members[Number(token.text)];
  if (token.kind === "enum" && !isSameName(token.type ?? "", `${namespace}.${type.name}`)) return undefined;
  if (token.kind !== "enum" && token.kind !== "text") return undefined;
  return type.members.find((member) => isSameName(member, token.text));
}

function dueFor({ type }: Property): string {
  if (typeof type === "object") {
    const [first = ""] = type.members;
    return `one of ${type.members.join(", ")}, as ${namespace}.${type.name}'${first}'`;
  }
  if (type === "Edm.String") return "a text in single quotes";
  return type === "Edm.Int32" ? "a whole number" : "a time, as 2026-01-31T12:00:00Z";
}
