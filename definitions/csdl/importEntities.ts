import { DomainError } from "../../shared/domain/errors.ts";
import { isSameName } from "../../shared/domain/dataEntity.ts";
import { type Definition, kinds, readDefinition } from "../kinds.ts";
import { type EntitySet, readEnums, readSets, readTypes } from "./readCsdl.ts";
import { toEntity, toLabel } from "./toEntity.ts";

/** What somebody wants of a description: a set, and the names that it has as a data entity where they are known. */
export interface Wanted {
  readonly set: string;
  readonly name?: string;
  readonly aotName?: string;
}

export interface Imported {
  readonly definition: Definition;
  readonly set: string;
  readonly notes: readonly string[];
}

/**
 * The data entities that the sets of a $metadata document are. It says neither their labels nor their AOT names, which
 * are made of the set's and the type's where nobody gives them.
 */
export async function importEntities(file: string, wanted: readonly Wanted[]): Promise<readonly Imported[]> {
  const sets = await readSets(file);
  const chosen = wanted.map((each) => ({ ...each, found: findSet(sets, each.set) }));
  const types = await readTypes(file, [...new Set(chosen.map(({ found }) => found.type))]);
  const named = [...types.values()].flatMap(({ properties }) => properties.map(({ type }) => type));
  const enums = await readEnums(file, new Set(named.filter((type) => !type.startsWith("Edm."))));
  const kind = kinds.find(({ name }) => name === "entity");
  return chosen.map(({ found, name = toLabel(found.name), aotName = toAotName(found) }) => {
    const type = types.get(found.type);
    if (!kind || !type) throw new Error(`The document has the set ${found.name}, and not its type ${found.type}.`);
    const { entity, notes } = toEntity({ name, aotName }, type, enums);
    return { definition: sound(found.name, () => readDefinition(kind, entity)), set: found.name, notes };
  });
}

function sound(set: string, read: () => Definition): Definition {
  try {
    return read();
  } catch (error) {
    if (error instanceof DomainError)
      throw new Error(`${set} makes no data entity: ${error.message}`, { cause: error });
    throw error;
  }
}

function toAotName({ type }: EntitySet): string {
  const name = type.slice(type.lastIndexOf(".") + 1);
  return name.endsWith("Entity") ? name : `${name}Entity`;
}

const suggestedMax = 5;

function findSet(sets: readonly EntitySet[], wanted: string): EntitySet {
  const found = sets.find(
    ({ name, type }) => isSameName(name, wanted) || isSameName(type.slice(type.lastIndexOf(".") + 1), wanted),
  );
  if (found) return found;
  const like = sets.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase().replace(/v?\d*$/u, "")));
  const names = like.slice(0, suggestedMax).map(({ name }) => name);
  const hint = names.length > 0 ? ` There are ${names.join(", ")}.` : "";
  throw new Error(`The document has no entity set "${wanted}".${hint}`);
}
