/** Customers with 20 fields of mixed types, about 200 bytes each; the same index gives the same record. */
import type { DataEntity, EntityField } from "../shared/domain/dataEntity.ts";

const statuses = ["Open", "OnHold", "Closed", "Blocked"];

const field = (name: string, type: EntityField["type"]): EntityField => ({
  name,
  type,
  isKey: false,
  isRequired: false,
});
const text = (name: string, lengthMax: number): EntityField => ({ ...field(name, "string"), lengthMax });

export const customers: DataEntity = {
  name: "Customers",
  aotName: "CustCustomerEntity",
  isPerCompany: true,
  isChangeTracked: true,
  fields: [
    { ...text("CUSTOMERACCOUNT", 20), isKey: true, isRequired: true },
    text("NAME", 100),
    text("CUSTOMERGROUPID", 10),
    text("STREET", 250),
    text("CITY", 60),
    text("ZIPCODE", 10),
    text("COUNTRYREGIONID", 10),
    text("EMAIL", 255),
    text("NOTE", 60),
    field("PAYMENTTERMDAYS", "integer"),
    field("ORDERCOUNT", "integer"),
    field("LEDGERDIMENSION", "int64"),
    field("CREDITLIMIT", "real"),
    field("BALANCE", "real"),
    field("DISCOUNTPERCENT", "real"),
    field("CREATEDON", "date"),
    field("LASTORDERON", "date"),
    {
      ...field("STATUS", "enum"),
      enumValues: statuses.map((symbol, value) => ({ symbol, value, label: symbol })),
    },
    field("ISONHOLD", "boolean"),
    field("ISSALESTAXINCLUDED", "boolean"),
  ],
};

const cities = ["Aarhus", "Bellevue", "Córdoba", "Düsseldorf", "Edinburgh", "Fargo", "Gdańsk"];
const countries = ["DNK", "USA", "ESP", "DEU", "GBR", "USA", "POL"];

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/** The canonical values of a record, in field order; about every tenth has a street with a comma. */
export function recordOf(account: number): string[] {
  const mixed = (account * 2_654_435_761) % 4_294_967_291;
  const city = mixed % 7;
  const cents = mixed % 10_000_019;
  return [
    `C-${String(account).padStart(9, "0")}`,
    `Customer ${mixed % 999_983} Trading Ltd`,
    `G${mixed % 40}`,
    mixed % 10 === 3 ? `Harbour Road ${mixed % 200}, Floor ${mixed % 9}` : `Harbour Road ${mixed % 900}`,
    cities[city] ?? "",
    String(10_000 + (mixed % 89_999)),
    countries[city] ?? "",
    `orders${mixed % 999_983}@customer${mixed % 5000}.example`,
    mixed % 3 === 0 ? `Since ${2000 + (mixed % 25)}, key account` : "",
    String((mixed % 4) * 15),
    String(mixed % 1500),
    String(5_637_144_576 + mixed),
    String((mixed % 200) * 500),
    `${mixed % 2 === 0 ? "" : "-"}${Math.floor(cents / 100) + 1}.${two(1 + (cents % 9) * 11)}`,
    mixed % 5 === 0 ? "2.5" : "0",
    `${2005 + (mixed % 20)}-${two(1 + (mixed % 12))}-${two(1 + (mixed % 28))}`,
    mixed % 4 === 0 ? "" : `2026-${two(1 + (mixed % 11))}-${two(1 + (mixed % 27))}`,
    statuses[mixed % 4] ?? "",
    mixed % 17 === 0 ? "Yes" : "No",
    mixed % 2 === 0 ? "Yes" : "No",
  ];
}

/** A full walk in steps that share no factor with the count, so that no two neighbours are in key order. */
export function shuffled(place: number, count: number): number {
  return (place * 7_368_787) % count;
}

const rowsPerChunk = 2000;

/** The records as a CSV file, in no order of keys. */
export function* csvChunks(count: number): Generator<Buffer> {
  yield* chunksOf(count, (place) => recordOf(shuffled(place, count)));
}

/** The same records as XML elements, each on a line of its own. */
export function* xmlChunks(count: number): Generator<Buffer> {
  const row = customers.aotName.toUpperCase();
  let text = '<?xml version="1.0" encoding="utf-8"?>\r\n<Document>\r\n';
  for (let place = 0; place < count; place += 1) {
    const fields = recordOf(shuffled(place, count)).map((value, field) =>
      element(customers.fields[field]!.name, value),
    );
    text += `<${row}>${fields.join("")}</${row}>\r\n`;
    if (place % rowsPerChunk < rowsPerChunk - 1) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(`${text}</Document>\r\n`);
}

function element(name: string, value: string): string {
  return value === "" ? `<${name}/>` : `<${name}>${value}</${name}>`;
}

/** The records of `changed` accounts of `count`, evenly spread and in no order, with the values of another version. */
export function* changedChunks(changed: number, count: number, version: number): Generator<Buffer> {
  const step = Math.floor(count / changed);
  // Neither walk meets the other's accounts again soon, so that small files touch all of the entity.
  const first = (version * 7919) % step;
  yield* chunksOf(changed, (place) => changedRecord(first + step * shuffled(place, changed), version));
}

function changedRecord(account: number, version: number): string[] {
  return recordOf(account).map((value, column) => (column === noteColumn ? `Version ${version}` : value));
}

const noteColumn = customers.fields.findIndex(({ name }) => name === "NOTE");

function* chunksOf(count: number, recordAt: (place: number) => readonly string[]): Generator<Buffer> {
  let text = `${customers.fields.map(({ name }) => name).join(",")}\r\n`;
  for (let place = 0; place < count; place += 1) {
    text += `${recordAt(place).map(csvCell).join(",")}\r\n`;
    if (place % rowsPerChunk < rowsPerChunk - 1) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text.length > 0) yield Buffer.from(text);
}

function csvCell(cell: string): string {
  return cell.includes(",") ? `"${cell}"` : cell;
}
