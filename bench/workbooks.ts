import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { streamXlsxRows, writeXlsxStream } from "hucre/xlsx";
import { linesOf, type RecordLines } from "../shared/domain/recordLines.ts";
import { excelFormats } from "../shared/domain/sourceFormats/excel.ts";
import { fileFormatOf } from "../shared/formats/fileFormats.ts";
import { startPace } from "../shared/ports/pace.ts";
import { customers, recordOf, shuffled } from "./records.ts";

const folder = path.join(tmpdir(), "recurring-integrations-bench");
const columns = customers.fields.map(({ name }) => name);
const types = customers.fields.map(({ type }) => type);
const excel = fileFormatOf(excelFormats[0]!);
const of = { entity: customers, expected: columns, types };
const rowsPerBatch = 500;

/** The records of `customersFile(count)` as a workbook of our own, whose texts stand in the cells. */
export function customersWorkbook(count: number): Promise<string> {
  return written(`customers-${count}.xlsx`, writeOurs(recordLines(count)));
}

/** The same as a library writes it, whose cells share their texts. */
export function sharingWorkbook(count: number): Promise<string> {
  return written(`customers-sharing-${count}.xlsx`, writeTheirs(cellRows(count), false));
}

/** Made anew for each run, which takes few seconds: nothing in a workbook tells which code wrote it. */
async function written(name: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, name);
  await pipeline(Readable.from(bytes), createWriteStream(file));
  return file;
}

export function writeOurs(batches: Iterable<RecordLines>): AsyncIterable<Uint8Array> {
  return excel.createWriter(of, startPace()).write(columns, following(batches));
}

export function writeTheirs(rows: Iterable<Cell[]>, inlineStrings = true): AsyncIterable<Uint8Array> {
  return writeXlsxStream(rows, { name: customers.name, columns: columns.map((header) => ({ header })), inlineStrings });
}

/** Cells that were read; as many as the file has. */
export async function readOurs(file: string): Promise<number> {
  let cells = 0;
  const reader = await excel.open(following([await readFile(file)]), of, startPace());
  for await (const batch of reader.batches) cells += batch.count * batch.width;
  return cells;
}

export async function readTheirs(file: string): Promise<number> {
  let cells = -columns.length;
  for await (const { values } of streamXlsxRows(await readFile(file))) cells += values.length;
  return cells;
}

export function recordLines(count: number): RecordLines[] {
  return Array.from({ length: Math.ceil(count / rowsPerBatch) }, (_, batch) =>
    linesOf(
      Array.from({ length: Math.min(rowsPerBatch, count - batch * rowsPerBatch) }, (__, row) => {
        const values = recordOf(shuffled(batch * rowsPerBatch + row, count));
        return { key: values[0]!, number: 1, values };
      }),
    ),
  );
}

type Cell = string | number | boolean | Date | null;

export function cellRows(count: number): Cell[][] {
  return Array.from({ length: count }, (_, place) => recordOf(shuffled(place, count)).map(cellOf));
}

/** As somebody would put it into the library. */
function cellOf(value: string, column: number): Cell {
  if (value === "") return null;
  const type = types[column];
  if (type === "integer" || type === "int64" || type === "real") return Number(value);
  if (type === "boolean") return value === "Yes";
  return type === "date" ? new Date(value) : value;
}

async function* following<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
