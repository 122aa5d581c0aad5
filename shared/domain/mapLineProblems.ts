import type { EntityField } from "./dataEntity.ts";
import type { FieldMapLine } from "./fieldMapLine.ts";
import { conversionProblems, inverseProblems, type MapLineProblem } from "./valueConversions.ts";

/** What a line asks for beside its column and its default value, and its field cannot do. */
export function mapLineProblems(field: EntityField, line: FieldMapLine): readonly MapLineProblem[] {
  const problems: MapLineProblem[] = [];
  const { name } = field;
  if (line.truncate && field.type !== "string") {
    problems.push({ member: "truncate", message: `Only a string is cut to its length; "${name}" is ${field.type}.` });
  }
  if (line.truncate && field.isKey) {
    const message = `"${name}" is part of the key, which is never cut: it could become another record's.`;
    problems.push({ member: "truncate", message });
  }
  if (line.useEnumLabel && field.type !== "enum") {
    problems.push({ member: "useEnumLabel", message: `Only an enum has labels; "${name}" is ${field.type}.` });
  }
  if (line.autoDefault && !line.defaultValue) {
    problems.push({ member: "autoDefault", message: `Give "${name}" the default value that every record is to have.` });
  }
  return [...problems, ...conversionProblems(field, line)];
}

/** What a line of an export asks for that only an import does, or that leads to no file. */
export function exportLineProblems(field: EntityField, line: FieldMapLine): readonly MapLineProblem[] {
  const problems: MapLineProblem[] = [];
  if (line.truncate) problems.push({ member: "truncate", message: "Only an import cuts what is too long." });
  if (line.isRequired) problems.push({ member: "isRequired", message: "Only an import requires values." });
  return [...problems, ...inverseProblems(field, line)];
}
