/** The benchmark's customers as a typed table, so that a peer parses and checks what the service does. */
import type { EntityField } from "../../shared/domain/dataEntity.ts";
import { customers } from "../records.ts";

export const tableName = "customers";
/** What an incremental export asks for, because a table does not know when its rows changed. */
export const versionColumn = "version";
export const enumName = "customer_status";

const types: Readonly<Record<EntityField["type"], string>> = {
  string: "varchar",
  integer: "integer",
  int64: "bigint",
  real: "decimal(18, 2)",
  date: "date",
  datetime: "timestamp",
  enum: enumName,
  boolean: "boolean",
  guid: "uuid",
  time: "time",
};

export const columns = customers.fields.map((field) => ({
  name: field.name.toLowerCase(),
  type: field.lengthMax === undefined ? types[field.type] : `${types[field.type]}(${field.lengthMax})`,
}));

export const keyColumns = customers.fields.filter(({ isKey }) => isKey).map(({ name }) => name.toLowerCase());

const symbols = customers.fields.flatMap(({ enumValues }) => enumValues ?? []).map(({ symbol }) => quoted(symbol));

export const createEnum = `create type ${enumName} as enum (${symbols.join(", ")})`;

const definitions = [...columns.map(({ name, type }) => `${name} ${type}`), `${versionColumn} integer`];

export const createTable = `create table ${tableName} (${definitions.join(", ")}, primary key (${keyColumns.join(", ")}))`;

export function changedRecords(afterVersion: number): string {
  const names = columns.map(({ name }) => name).join(", ");
  return `select ${names} from ${tableName} where ${versionColumn} > ${afterVersion} order by ${keyColumns.join(", ")}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
