import type { TableEntityResult } from "@azure/data-tables";
import type { Row, RowValue, RowValues } from "../ground.ts";
import { checkKeys, checkValues, writerName } from "../groundRules.ts";

/** A row as the SDK reads it. */
export type Entity = TableEntityResult<Record<string, unknown>>;
/** A row as the SDK writes it, with the id of the write. */
export type OwnEntity = { readonly partitionKey: string; readonly rowKey: string; readonly [writerName]: string };

const int32Max = 2 ** 31 - 1;
const int32Min = -(2 ** 31);

export function toEntity(partitionKey: string, rowKey: string, values: RowValues, writer: string): OwnEntity {
  checkKeys(partitionKey, rowKey);
  checkValues(values);
  return toCheckedEntity(partitionKey, rowKey, values, writer);
}

/** Of keys and values that were looked at before. */
export function toCheckedEntity(partitionKey: string, rowKey: string, values: RowValues, writer: string): OwnEntity {
  const columns = Object.entries(values).map(([column, value]) => [column, toColumn(value)]);
  return { ...Object.fromEntries(columns), partitionKey, rowKey, [writerName]: writer };
}

/** The service takes an untyped whole number for 32 bits, and an untyped `1e21` for nothing at all. */
function toColumn(value: RowValue): unknown {
  if (typeof value !== "number") return value;
  if (!Number.isInteger(value)) return { type: "Double", value };
  return value >= int32Min && value <= int32Max ? value : BigInt(value);
}

const systemNames = ["partitionKey", "rowKey", "etag", "timestamp", "odata.metadata", writerName];

export function toRow(entity: Entity): Row {
  const values = Object.entries(entity)
    .filter(([column]) => !systemNames.includes(column))
    .map(([column, value]) => [column, typeof value === "bigint" ? Number(value) : value]);
  return {
    partitionKey: entity.partitionKey ?? "",
    rowKey: entity.rowKey ?? "",
    etag: entity.etag,
    values: Object.fromEntries(values) as RowValues,
  };
}
