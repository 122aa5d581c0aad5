import type { DataEntity } from "../dataEntity.ts";
import type { MemberError } from "../errors.ts";
import { byFoldedName, foldName } from "../foldName.ts";

/** By which fields exported rows are ordered, the first one first; rows that are equal by all of them are in key order. */
export type ExportSort = readonly SortField[];

export interface SortField {
  readonly field: string;
  /** The greatest first. */
  readonly descending?: boolean;
}

export const sortFieldsMax = 10;

export function sortProblems(entity: DataEntity, sort: ExportSort, path: string): readonly MemberError[] {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  return sort.flatMap(({ field }, index) => {
    const at = `${path}[${index}].field`;
    if (!fields.has(foldName(field)))
      return [{ path: at, message: `Entity "${entity.name}" has no field "${field}".` }];
    const earlier = sort.findIndex((other) => foldName(other.field) === foldName(field));
    return earlier === index ? [] : [{ path: at, message: `"${field}" is there already, as ${path}[${earlier}].` }];
  });
}
