import { byFoldedName, foldName } from "../domain/foldName.ts";
import { shownValue } from "../domain/shownValue.ts";
import {
  columnOfField,
  type FixedColumn,
  type FixedWidthFormat,
  lineCharactersMax,
  widthOfLine,
} from "../domain/sourceFormats/fixedWidth.ts";
import type { RecordsOf } from "./fileFormat.ts";
import { FormatError } from "./recordFormat.ts";

/** The columns of a file: the format's, or those that are meant, as wide as the fields of their names. */
export function layoutOf(format: FixedWidthFormat, of: RecordsOf): readonly FixedColumn[] {
  const columns = format.columns ?? columnsOfEntity(format, of);
  const { padding = " " } = format;
  if (widthOfLine(columns) <= lineCharactersMax) return columns.map((column) => ({ padding, ...column }));
  throw new FormatError(
    "unwritable",
    `Lines of format "${format.name}" would have more than ${lineCharactersMax} characters. ${ownColumns}`,
  );
}

const ownColumns = "Make a format with columns of its own.";

function columnsOfEntity({ name, hasHeader }: FixedWidthFormat, { entity, expected }: RecordsOf): FixedColumn[] {
  if (!entity)
    throw new FormatError("DMF1855", `Format "${name}" has no columns, and no entity is given that has. ${ownColumns}`);
  const fields = byFoldedName(entity.fields, (field) => field.name);
  const distinct = new Map(expected.map((column) => [foldName(column.trim()), column.trim()]));
  return [...distinct].map(([folded, column]) => {
    const field = fields.get(folded);
    if (field) return columnOfField(field, column, hasHeader);
    const text = `Format "${name}" has no columns of its own, so they are as wide as the fields of their names, and entity "${entity.name}" has no field ${shownValue(column)}. ${ownColumns}`;
    throw new FormatError("unwritable", text);
  });
}
