import type { DataEntity } from "../../domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import type { MemberError } from "../../domain/errors.ts";
import { isReasonColumn } from "../../domain/reasonColumns.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import { filterProblems } from "../../domain/filter/recordFilter.ts";
import { exportLineProblems } from "../../domain/mapLineProblems.ts";
import { textWithValue } from "../../domain/shownValue.ts";
import { fieldMapProblems } from "../../domain/fieldMap.ts";
import type { FieldMap } from "../../domain/fieldMapLine.ts";
import { sortProblems } from "../../domain/sort/exportSort.ts";

/** Every rule between a line of a project and the entity that it moves. */
export function lineProblems(
  project: Pick<DataProject, "direction">,
  line: EntityLine,
  entity: DataEntity,
  path: string,
): readonly MemberError[] {
  const problems: MemberError[] = [];
  if (entity.partOf) {
    const message = `"${entity.name}" is moved as a part of "${entity.partOf.entity}": name that entity.`;
    problems.push({ path: `${path}.entity`, message });
  }
  if (line.fieldMap) {
    problems.push(...fieldMapProblems(entity, line.fieldMap, `${path}.fieldMap`));
    const rules = project.direction === "import" ? [unfedFields, reasonsAsValues] : [sharedColumns, unwritable];
    for (const rule of rules) problems.push(...rule(entity, line.fieldMap, `${path}.fieldMap`));
  }
  if (line.filter) problems.push(...filterProblems(entity, line.filter, `${path}.filter`));
  if (line.sort) problems.push(...sortProblems(entity, line.sort, `${path}.sort`));
  if (line.refreshType === "incremental" && !entity.isChangeTracked) {
    const message = `Entity "${entity.name}" is not change tracked, which an incremental export needs.`;
    problems.push({ path: `${path}.refreshType`, message });
  }
  return problems;
}

/** A map takes the place of matching by name, so what it leaves out is fed by nothing. */
function unfedFields(entity: DataEntity, map: FieldMap, path: string): MemberError[] {
  const fed = byFoldedName(map, (line) => line.field);
  return entity.fields
    .filter((field) => field.isKey || field.isRequired)
    .filter((field) => !fed.has(foldName(field.name)))
    .map((field) => {
      const why = field.isKey ? "part of the key" : "required";
      return { path, message: `Field "${field.name}" is ${why}: add a line for it.` };
    });
}

/** A mended file of failed records would store why its records were refused. */
function reasonsAsValues(_: DataEntity, map: FieldMap, path: string): MemberError[] {
  return map.flatMap(({ column }, index) => {
    if (column === undefined || !isReasonColumn(column)) return [];
    const message = `Files of failed records begin with a column "${column.trim()}" of their own. Give the file's another name.`;
    return [{ path: `${path}[${index}].column`, message }];
  });
}

function unwritable(entity: DataEntity, map: FieldMap, path: string): MemberError[] {
  const fields = byFoldedName(entity.fields, ({ name }) => name);
  return map.flatMap((line, index) => {
    const field = fields.get(foldName(line.field));
    const problems = field ? exportLineProblems(field, line) : [];
    return problems.map(({ member, ...text }) => ({
      path: `${path}[${index}].${member}`,
      message: textWithValue(text),
    }));
  });
}

/** Two columns of one name cannot be told apart by whoever reads the file. */
function sharedColumns(_: DataEntity, map: FieldMap, path: string): MemberError[] {
  const columns = map.map(({ column, field }) => (column ?? field).trim());
  const first = byFoldedName([...columns.entries()], ([, column]) => column);
  return columns.flatMap((column, index) => {
    const [earlier] = first.get(foldName(column)) ?? [index];
    if (earlier === index) return [];
    return [
      { path: `${path}[${index}].column`, message: `The file has a column "${column}" already, by line ${earlier}.` },
    ];
  });
}
