import { isComposite, xmlAlone } from "../../domain/composite.ts";
import type { DataEntity } from "../../domain/dataEntity.ts";
import type { MemberError } from "../../domain/errors.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";

/** What a line of a project breaks whose entity is composite; `others` are the entities of the project's other lines. */
export function compositeLineProblems(
  entity: DataEntity,
  format: SourceFormat,
  others: readonly DataEntity[],
  path: string,
): readonly MemberError[] {
  if (!isComposite(entity)) return [];
  const problems: MemberError[] = [];
  if (!fileFormatOf(format).isXml) problems.push({ path: `${path}.format`, message: xmlAlone(entity, format.name) });
  if (others.some(isComposite)) {
    const message = "A project moves one composite entity at most, since a package holds no more than one.";
    problems.push({ path: `${path}.entity`, message });
  }
  return problems;
}
