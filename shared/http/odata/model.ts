import type { Actor } from "../../domain/caller.ts";
import type { Execution } from "../../domain/execution.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import type { IfMatch } from "../../usecases/definitions/saveDefinition.ts";

/** The namespace of the original, which clients write before the names of enum types and actions. */
export const namespace = "Microsoft.Dynamics.DataEntities";

export interface EnumType {
  readonly name: string;
  /** Each one's value is its place. */
  readonly members: readonly string[];
}

export type PropertyType = "Edm.String" | "Edm.Int32" | "Edm.DateTimeOffset" | EnumType;

export interface Property {
  readonly name: string;
  readonly type: PropertyType;
  readonly isNullable: boolean;
}

export interface EntityType {
  readonly name: string;
  /** Names of properties, in the order in which a key is written. */
  readonly key: readonly string[];
  readonly properties: readonly Property[];
}

/** What has properties and no key, such as an item of an answer. */
export type ComplexType = Pick<EntityType, "name" | "properties">;

export type Scalar = string | number | null;

/** The values of one entity by the names of its properties: a time as ISO 8601, an enum by its member. */
export interface Row {
  readonly values: Values;
  readonly etag?: string;
}

/** What an entity must be equal to, by the name of the property. */
export type Wanted = ReadonlyMap<string, string>;

/** A condition on the properties of one entity. The values have the form of the property that they are compared with. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly kind: "not"; readonly part: Filter }
  | { readonly kind: "compare"; readonly property: Property; readonly by: Comparison; readonly value: Scalar }
  | { readonly kind: "text"; readonly property: Property; readonly how: TextFunction; readonly text: string };

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";
export type TextFunction = "contains" | "startswith" | "endswith";

export type Values = Readonly<Record<string, Scalar>>;

/** Who writes, and over which version; undefined for whichever there is. */
export interface Writer {
  readonly by: Actor;
  readonly ifMatch: IfMatch;
}

/** What may be done to the entities of a set. The values are those that the request says, each in the form of its type. */
export interface Writing {
  readonly create: (ports: Ports, values: Values, by: Actor) => Promise<Row>;
  readonly change: (ports: Ports, key: Wanted, values: Values, writer: Writer) => Promise<Row>;
  readonly remove: (ports: Ports, key: Wanted, writer: Writer) => Promise<void>;
}

/** Who reads a set: an application with the role, which sees what is open to it and nothing else. */
export interface Reader {
  readonly ports: Ports;
  readonly by: Actor;
  readonly isOpenRun: (execution: Execution) => Promise<boolean>;
}

export interface EntitySet {
  readonly name: string;
  readonly type: EntityType;
  /** The order of `list` as it is, each property among those that are equal in the ones before. */
  readonly order: readonly { readonly name: string; readonly isDescending?: true }[];
  readonly find: (reader: Reader, key: Wanted) => Promise<Row | undefined>;
  /**
   * At least the rows that meet the filter; whoever asked looks again. Cheap, however much there is: a page may hold fewer
   * rows than asked for, or some more, and go on.
   */
  readonly list: (reader: Reader, filter: Filter | undefined, page: PageRequest) => Promise<Page<Row>>;
  /** Absent where its entities are read alone. */
  readonly writing?: Writing;
}

export const noYes: EnumType = { name: "NoYes", members: ["No", "Yes"] };

export function text(name: string): Property {
  return { name, type: "Edm.String", isNullable: true };
}

export function keyText(name: string): Property {
  return { name, type: "Edm.String", isNullable: false };
}

export function whole(name: string): Property {
  return { name, type: "Edm.Int32", isNullable: false };
}

export function moment(name: string): Property {
  return { name, type: "Edm.DateTimeOffset", isNullable: false };
}

export function choice(name: string, type: EnumType): Property {
  return { name, type, isNullable: false };
}

export function toNoYes(is: boolean): "No" | "Yes" {
  return is ? "Yes" : "No";
}

const noMoment = "1900-01-01T00:00:00Z";

/** In whole seconds; the original's empty date where there is none. */
export function toMoment(at: number | undefined): string {
  return at === undefined ? noMoment : `${new Date(at).toISOString().slice(0, "2026-01-31T12:00:00".length)}Z`;
}
