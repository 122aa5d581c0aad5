import { type Action, type ActionType, nameOfType } from "./actions/action.ts";
import { type ComplexType, type EntitySet, type EnumType, namespace, type Property } from "./model.ts";

/** The description of the service in CSDL (OData 4.0): every type, set and action that is served, and nothing else. */
export function toMetadata(sets: readonly EntitySet[], acting: EntitySet, actions: readonly Action[]): string {
  const complex = complexTypesOf(actions);
  const properties = [...sets.map(({ type }) => type), ...complex].flatMap((type) => type.properties);
  const used = [...properties.map(({ type }) => type), ...actions.flatMap(({ returns }) => returns ?? [])];
  const enums = new Map(used.flatMap(enumOf));
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    `<Schema Namespace="${namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...[...enums.values()].map(toEnum),
    ...complex.map(toComplexType),
    ...sets.map(toEntityType),
    ...actions.map((action) => toBoundAction(acting, action)),
    '<EntityContainer Name="Resources">',
    ...sets.map(({ name, type }) => `<EntitySet Name="${name}" EntityType="${namespace}.${type.name}"/>`),
    "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>",
  ].join("\n");
}

function enumOf(type: Property["type"] | ActionType): readonly (readonly [string, EnumType])[] {
  return typeof type === "object" && "members" in type ? [[type.name, type]] : [];
}

function complexTypesOf(actions: readonly Action[]): readonly ComplexType[] {
  return actions.flatMap(({ returns }) => (typeof returns === "object" && "of" in returns ? [returns.of] : []));
}

function toEnum({ name, members }: EnumType): string {
  const lines = members.map((member, value) => `<Member Name="${member}" Value="${value}"/>`);
  return `<EnumType Name="${name}">${lines.join("")}</EnumType>`;
}

function toEntityType({ type }: EntitySet): string {
  const key = type.key.map((name) => `<PropertyRef Name="${name}"/>`).join("");
  return [`<EntityType Name="${type.name}"><Key>${key}</Key>`, ...toProperties(type), "</EntityType>"].join("\n");
}

function toComplexType(type: ComplexType): string {
  return [`<ComplexType Name="${type.name}">`, ...toProperties(type), "</ComplexType>"].join("\n");
}

function toProperties({ properties }: ComplexType): readonly string[] {
  return properties.map(({ name, type: of, isNullable }) => {
    const typeName = typeof of === "object" ? `${namespace}.${of.name}` : of;
    return `<Property Name="${name}" Type="${typeName}"${isNullable ? "" : ' Nullable="false"'}/>`;
  });
}

function toBoundAction({ type }: EntitySet, { name, parameters, returns }: Action): string {
  const bound = `<Parameter Name="projects" Type="Collection(${namespace}.${type.name})" Nullable="false"/>`;
  const own = Object.entries(parameters).map(([named, { type: of }]) => `<Parameter Name="${named}" Type="${of}"/>`);
  const result = returns === undefined ? [] : [`<ReturnType Type="${nameOfType(returns)}" Nullable="false"/>`];
  return [`<Action Name="${name}" IsBound="true">`, bound, ...own, ...result, "</Action>"].join("\n");
}
