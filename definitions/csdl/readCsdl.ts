import { type Element, readElements } from "./elements.ts";

/** A set of a service's description, by what its addresses call it. */
export interface EntitySet {
  readonly name: string;
  /** With its namespace. */
  readonly type: string;
}

export interface Property {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly maxLength: number | undefined;
  /** What the property is in the original: `Date` of a time that is none. */
  readonly axType: string | undefined;
}

export interface EntityType {
  readonly key: readonly string[];
  readonly properties: readonly Property[];
}

export interface EnumMember {
  readonly name: string;
  readonly value: number;
}

const setsMax = 100_000;
const propertiesMax = 5_000;
const membersMax = 5_000;
const basesMax = 8;

/** Every entity set, in the order of the document. */
export async function readSets(file: string): Promise<readonly EntitySet[]> {
  const sets: EntitySet[] = [];
  let isCsdl = false;
  await readElements(file, {
    open(element) {
      isCsdl ||= element.name === "Schema";
      if (element.name !== "EntitySet") return;
      if (sets.length >= setsMax) throw new Error(`The document has more than ${setsMax} entity sets.`);
      sets.push({ name: textOf(element, "Name"), type: textOf(element, "EntityType") });
    },
  });
  if (isCsdl) return sets;
  throw new Error("The document is no description of an OData service ($metadata in XML): it has no Schema.");
}

interface ReadType {
  readonly key: string[];
  readonly properties: Property[];
  base?: string;
}

/** The entity types of these names, with what they have of their base types. */
export async function readTypes(file: string, names: readonly string[]): Promise<ReadonlyMap<string, EntityType>> {
  const found = new Map<string, ReadType>();
  let wanted = new Set(names);
  for (let round = 0; round < basesMax && wanted.size > 0; round += 1) {
    await readOwn(file, wanted, found);
    const bases = [...found.values()].flatMap(({ base }) => (base === undefined || found.has(base) ? [] : [base]));
    wanted = new Set(bases);
  }
  return new Map(names.flatMap((name) => (found.has(name) ? [[name, whole(name, found, basesMax)] as const] : [])));
}

function whole(name: string, types: ReadonlyMap<string, ReadType>, depth: number): EntityType {
  const type = types.get(name);
  if (!type) return { key: [], properties: [] };
  const base = type.base === undefined || depth === 0 ? undefined : whole(type.base, types, depth - 1);
  return { key: [...(base?.key ?? []), ...type.key], properties: [...(base?.properties ?? []), ...type.properties] };
}

async function readOwn(file: string, wanted: ReadonlySet<string>, found: Map<string, ReadType>): Promise<void> {
  const scopes = namespaces();
  let type: ReadType | undefined;
  let property: Property | undefined;
  const setAxType = (value: string): void => {
    const axType = value.split("/").at(-1)?.trim();
    if (property && axType) property = { ...property, axType };
  };
  await readElements(file, {
    open(element) {
      const { name, parent } = element;
      if (name === "Schema") scopes.enter(element);
      if (name === "EntityType") type = wantedType(element, scopes, wanted, found);
      if (!type) return;
      if (name === "PropertyRef" && parent?.name === "Key") type.key.push(textOf(element, "Name"));
      if (name === "Property") property = toProperty(element, scopes);
      if (isAxType(element)) setAxType(textOf(element, "EnumMember"));
    },
    text: (text, { name, parent }) => {
      if (name === "EnumMember" && parent && isAxType(parent)) setAxType(text);
    },
    close({ name }) {
      if (name === "EntityType") type = undefined;
      if (name !== "Property" || !type || !property) return;
      if (type.properties.length >= propertiesMax) throw new Error(`A type has more than ${propertiesMax} properties.`);
      type.properties.push(property);
      property = undefined;
    },
  });
}

type Scopes = ReturnType<typeof namespaces>;

function wantedType(
  element: Element,
  scopes: Scopes,
  wanted: ReadonlySet<string>,
  found: Map<string, ReadType>,
): ReadType | undefined {
  const name = scopes.qualify(textOf(element, "Name"));
  if (!wanted.has(name) || found.has(name)) return undefined;
  const base = element.attributes.get("BaseType");
  const type: ReadType = { key: [], properties: [], ...(base !== undefined && { base: scopes.whole(base) }) };
  found.set(name, type);
  return type;
}

function isAxType({ name, attributes, parent }: Element): boolean {
  return name === "Annotation" && parent?.name === "Property" && (attributes.get("Term") ?? "").endsWith(".AXType");
}

function toProperty(element: Element, scopes: Scopes): Property {
  const { attributes } = element;
  const maxLength = Number(attributes.get("MaxLength"));
  return {
    name: textOf(element, "Name"),
    type: scopes.whole(attributes.get("Type") ?? "Edm.String"),
    isNullable: attributes.get("Nullable") !== "false",
    maxLength: Number.isInteger(maxLength) && maxLength > 0 ? maxLength : undefined,
    axType: undefined,
  };
}

/** The enum types of these names, with their members. */
export async function readEnums(
  file: string,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly EnumMember[]>> {
  const found = new Map<string, EnumMember[]>();
  const scopes = namespaces();
  let members: EnumMember[] | undefined;
  await readElements(file, {
    open(element) {
      if (element.name === "Schema") scopes.enter(element);
      if (element.name === "EnumType") {
        const name = scopes.qualify(textOf(element, "Name"));
        members = names.has(name) && !found.has(name) ? [] : undefined;
        if (members) found.set(name, members);
      }
      if (element.name !== "Member" || !members || members.length >= membersMax) return;
      const value = Number(element.attributes.get("Value") ?? members.length);
      members.push({ name: textOf(element, "Name"), value });
    },
    close({ name }) {
      if (name === "EnumType") members = undefined;
    },
  });
  return found;
}

/** Names of types with their namespaces, also where an alias stands for one. */
function namespaces() {
  const aliases = new Map<string, string>();
  let current = "";
  return {
    enter(schema: Element): void {
      current = textOf(schema, "Namespace");
      const alias = schema.attributes.get("Alias");
      if (alias !== undefined) aliases.set(alias, current);
    },
    qualify: (name: string): string => `${current}.${name}`,
    whole(name: string): string {
      const dot = name.lastIndexOf(".");
      const namespace = aliases.get(name.slice(0, dot));
      return namespace === undefined ? name : `${namespace}${name.slice(dot)}`;
    },
  };
}

function textOf({ attributes }: Element, name: string): string {
  return attributes.get(name) ?? "";
}
