import type { FieldMap } from "../../domain/fieldMapLine.ts";
import { byFoldedName, foldName } from "../../domain/foldName.ts";
import type { RowError } from "../../domain/cellValue.ts";
import type { RecordReader } from "../../formats/recordFormat.ts";

/** Puts the name of the cell in front of each error of a row, in formats whose files have names for their cells. */
export type NameCells = (
  reader: Pick<RecordReader, "nameOfCell">,
  line: number,
  errors: readonly RowError[],
) => readonly RowError[];

export function cellNamer(fieldMap: FieldMap, columns: readonly string[]): NameCells {
  const places = byFoldedName([...columns.entries()], ([, name]) => name.trim());
  const mapped = byFoldedName(fieldMap, ({ field }) => field);
  const placeOf = (field: string): number | undefined => {
    const column = mapped.get(foldName(field))?.column;
    return column === undefined ? undefined : places.get(foldName(column.trim()))?.[0];
  };
  return ({ nameOfCell }, line, errors) => {
    if (!nameOfCell) return errors;
    return errors.map((error) => {
      const place = error.field === "" ? undefined : placeOf(error.field);
      return place === undefined ? error : { ...error, message: `Cell ${nameOfCell(line, place)}: ${error.message}` };
    });
  };
}
