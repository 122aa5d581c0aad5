import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError, type MemberError } from "../../domain/errors.ts";
import { type JsonValue, parseLenientJson } from "../lenientJson.ts";
import type { ServiceRequest } from "../request.ts";
import { readBodyText } from "./bodyText.ts";
import type { EntityType, Property, Scalar, Values } from "./model.ts";

/** The values of a type's properties that a body says, by their names in any case. What else it says is passed over. */
export async function readEntityBody(request: ServiceRequest, type: EntityType): Promise<Values> {
  const body = parseLenientJson(await readBodyText(request));
  if (!(body instanceof Map)) throw new DomainError("invalid", `The body is no JSON object. Send a ${type.name}.`);
  const problems: MemberError[] = [];
  const values: Record<string, Scalar> = {};
  for (const [name, json] of body) {
    const property = type.properties.find((each) => isSameName(each.name, name));
    const value = property && toScalar(json, property);
    if (property && value === undefined) problems.push({ path: property.name, message: dueFor(property) });
    if (property && value !== undefined) values[property.name] = value;
  }
  const [first] = problems;
  if (first) throw new DomainError("invalid", `${first.path}: ${first.message}`, problems);
  return values;
}

/** Undefined where the value is none of the property's type. */
function toScalar(json: JsonValue, { type, isNullable }: Property): Scalar | undefined {
  if (json === null) return isNullable ? null : undefined;
  if (type === "Edm.Int32") return Number.isInteger(json) ? Number(json) : undefined;
  if (typeof type === "object") {
    if (typeof json === "number") return type.members[json];
    return type.members.find((member) => typeof json === "string" && isSameName(member, json.trim()));
  }
  return typeof json === "string" ? json : undefined;
}

function dueFor({ type }: Property): string {
  if (typeof type === "object") return `One of ${type.members.join(", ")}.`;
  return type === "Edm.Int32" ? "A whole number." : "A text.";
}
