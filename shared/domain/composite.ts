import { type DataEntity, type EntityField, isSameName, keyFields, type PartOf } from "./dataEntity.ts";
import { mergeEmbedded } from "./embedded.ts";
import type { MemberError } from "./errors.ts";
import { foldName } from "./foldName.ts";

const depthMax = 8;

/**
 * An entity with its children as fields of their own, called by the children's AOT names: what its records are made of,
 * wherever they are read, stored and written. One without children is itself.
 */
export function composed(
  entity: DataEntity,
  entityNamed: (name: string) => DataEntity | undefined,
  depth: number = depthMax,
): DataEntity {
  const children = depth === 0 ? [] : (entity.children ?? []);
  if (children.length === 0) return entity;
  const parts = children.flatMap((name): readonly EntityField[] => {
    const child = entityNamed(name);
    if (!child?.partOf) return [];
    const embedded = { entity: composed(child, entityNamed, depth - 1), relation: child.partOf.relation };
    return [{ name: child.aotName, type: "string", isKey: false, isRequired: false, embedded }];
  });
  return { ...entity, fields: [...entity.fields, ...parts] };
}

export function isComposite(entity: Pick<DataEntity, "children">): boolean {
  return (entity.children?.length ?? 0) > 0;
}

/** Why a composite entity takes no files of a format that is no XML. */
export function xmlAlone({ name }: DataEntity, format: string): string {
  return `Entity "${name}" is composite: its files are XML, and "${format}" is no format of XML (DMF1963). Choose XML-Element or XML-Attribute.`;
}

/** For its children, how what comes in is joined with what is stored. */
export function mergesOf({ fields }: DataEntity): { readonly merges?: ReadonlyMap<string, Merge> } {
  const merges = fields.flatMap(({ name, embedded }) => {
    const merge: Merge = (stored, incoming) => (embedded ? mergeEmbedded(embedded, stored, incoming) : incoming);
    return embedded ? [[name, merge] as const] : [];
  });
  return merges.length > 0 ? { merges: new Map(merges) } : {};
}

type Merge = (stored: string, incoming: string) => string;

/** Every rule that an entity breaks beside its children and the one that it is a part of. */
export function compositeProblems(
  entity: DataEntity,
  entityNamed: (name: string) => DataEntity | undefined,
): readonly MemberError[] {
  const { partOf, children = [] } = entity;
  const problems = children.flatMap((name, index) =>
    childProblems(entity, entityNamed(name), name).map((message) => ({ path: `children[${index}]`, message })),
  );
  if (!partOf) return problems;
  const parent = entityNamed(partOf.entity);
  if (!parent) return [...problems, { path: "partOf.entity", message: `There is no data entity "${partOf.entity}".` }];
  if (isWithin(entity, parent, entityNamed)) {
    return [...problems, { path: "partOf.entity", message: "An entity is no part of itself, nor nested too deep." }];
  }
  return [
    ...problems,
    ...relationProblems(entity, parent, partOf).map((message) => ({ path: "partOf.relation", message })),
  ];
}

function childProblems(entity: DataEntity, child: DataEntity | undefined, name: string): readonly string[] {
  if (!child) return [`There is no data entity "${name}".`];
  if (entity.children?.filter((other) => isSameName(other, name)).length !== 1) return [`"${name}" is there twice.`];
  const { partOf } = child;
  if (!partOf || !isSameName(partOf.entity, entity.name)) {
    return [`Data entity "${child.name}" does not say that it is a part of this one: save it with partOf first.`];
  }
  if (entity.fields.some((field) => isSameName(field.name, child.aotName))) {
    return [`The entity has a field of the name of its child, "${child.aotName}".`];
  }
  return relationProblems(child, entity, partOf);
}

/** A child's key begins with its parent's, so to say: of two parents no child can have one key. */
function relationProblems(child: DataEntity, parent: DataEntity, { relation }: PartOf): readonly string[] {
  const problems: string[] = [];
  if (child.isPerCompany !== parent.isPerCompany) {
    problems.push(`"${child.name}" and "${parent.name}" are both per company, or both shared.`);
  }
  for (const { field } of relation) {
    if (!keyFields(child).some(({ name }) => isSameName(name, field))) {
      problems.push(`"${field}" is no key field of "${child.name}": its key holds that of the record it belongs to.`);
    }
  }
  for (const { name } of keyFields(parent)) {
    if (relation.filter(({ parentField }) => isSameName(parentField, name)).length !== 1) {
      problems.push(`Key field "${name}" of "${parent.name}" is to be the parentField of one field.`);
    }
  }
  const known = new Set(keyFields(parent).map(({ name }) => foldName(name)));
  for (const { parentField } of relation) {
    if (!known.has(foldName(parentField))) problems.push(`"${parentField}" is no key field of "${parent.name}".`);
  }
  return problems;
}

/** Whether the parents of `parent`, or it itself, are `entity`; or there are too many of them. */
function isWithin(
  entity: DataEntity,
  parent: DataEntity,
  entityNamed: (name: string) => DataEntity | undefined,
): boolean {
  let above: DataEntity | undefined = parent;
  for (let depth = 1; above && depth < depthMax; depth += 1) {
    if (isSameName(above.name, entity.name)) return true;
    above = above.partOf && entityNamed(above.partOf.entity);
  }
  return above !== undefined;
}
