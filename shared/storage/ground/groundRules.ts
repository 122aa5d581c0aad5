/**
 * What Azure Storage refuses or silently changes, refused by every ground with one text before anything is sent.
 * A breach is a mistake in this program, never in a caller's input, so these throw RangeError.
 */
import type { BlobWrite, RowChange, RowValue, RowValues } from "./ground.ts";

// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
const keyCharactersMax = 512;
const stringCharactersMax = 32_768;
const columnsMax = 251;
const rowBytesMax = 1024 * 1024;
const blobNameCharactersMax = 1024;
const metadataBytesMax = 8 * 1024;
const messageBytesMax = 48 * 1024;
const visibilityMsMax = 7 * 24 * 60 * 60 * 1000;

export const transactionChangesMax = 100;
export const listRowsMax = 1000;
export const listBlobsMax = 5000;
const receiveMax = 32;
/** What may pass through memory whole; anything larger is streamed. */
const wholeBlobBytesMax = 64 * 1024 * 1024;

/** Both grounds keep their own proof of who wrote under this name, so no store may use it. */
export const writerName = "groundwriter";
const reservedColumns = ["partitionkey", "rowkey", "etag", "timestamp", writerName];

function refuse(what: string, rule: string): never {
  throw new RangeError(`${what} ${rule}`);
}

/** Throws unless Table storage can hold the key unchanged. */
export function checkKeys(partitionKey: string, rowKey: string): void {
  for (const [name, key] of [
    ["partition key", partitionKey],
    ["row key", rowKey],
  ] as const) {
    if (key.length === 0 || key.length > keyCharactersMax)
      refuse(`A ${name}`, `has 1 to ${keyCharactersMax} characters.`);
    // A percent sign is decoded twice on the way to some versions of the service.
    if (/[/\\#?%\p{Cc}]/u.test(key) || !key.isWellFormed()) {
      refuse(
        `The ${name} "${encodeURIComponent(key.toWellFormed())}"`,
        "holds / \\ # ? % or a control character: encode it.",
      );
    }
  }
}

/** Throws unless every value comes back from Table storage exactly as it went in. */
export function checkValues(values: RowValues): void {
  const columns = Object.entries(values);
  if (columns.length > columnsMax) refuse("A row", `has at most ${columnsMax} columns, not ${columns.length}.`);
  let sizeBytes = 0;
  for (const [column, value] of columns) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(column))
      refuse(`The column "${column}"`, "needs letters, digits, _ alone.");
    // Azurite loses a column whose name every object has.
    if (reservedColumns.includes(column.toLowerCase()) || column in Object.prototype)
      refuse(`The column "${column}"`, "has a name that is reserved.");
    checkValue(column, value);
    sizeBytes += 2 * column.length + (typeof value === "string" ? 2 * value.length : 8);
  }
  if (sizeBytes > rowBytesMax) refuse("A row", `holds at most ${rowBytesMax} bytes, not ${sizeBytes}: use a blob.`);
}

function checkValue(column: string, value: RowValue): void {
  if (typeof value === "string") {
    if (value.length > stringCharactersMax) {
      refuse(
        `The column "${column}"`,
        `holds at most ${stringCharactersMax} characters, not ${value.length}: use a blob.`,
      );
    }
    if (!value.isWellFormed()) refuse(`The column "${column}"`, "holds half a surrogate pair, which would be lost.");
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse(`The column "${column}"`, `cannot hold ${value}.`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      refuse(`The column "${column}"`, "cannot hold an integer beyond 2^53 - 1 exactly: store it as a string.");
    }
  } else if (typeof value !== "boolean") {
    refuse(`The column "${column}"`, `holds a string, number or boolean, not ${typeof value}.`);
  }
}

/** Throws unless the changes fit one entity group transaction: at most 100, each row once. */
export function checkChanges(partitionKey: string, changes: readonly RowChange[]): void {
  if (changes.length > transactionChangesMax) {
    refuse("A transaction", `has at most ${transactionChangesMax} changes, not ${changes.length}.`);
  }
  const seen = new Set<string>();
  for (const change of changes) {
    checkKeys(partitionKey, change.rowKey);
    if (seen.has(change.rowKey)) refuse("A transaction", `changes each row once, but "${change.rowKey}" comes twice.`);
    seen.add(change.rowKey);
    if (change.kind !== "remove") checkValues(change.values);
  }
}

/** Throws unless `limit` is a whole number from one up. */
export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) refuse("A page", `has a limit of one or more, not ${limit}.`);
}

export function checkBlobName(name: string): void {
  if (name.length === 0 || name.length > blobNameCharactersMax) {
    refuse("A blob name", `has 1 to ${blobNameCharactersMax} characters.`);
  }
  // The service drops a dot or slash at the end and reads a backslash as a slash; a URL swallows dot segments.
  if (/[\\\p{Cc}]|[./]$|^\/|\/\/|(^|\/)\.\.?(\/|$)/u.test(name) || !name.isWellFormed()) {
    refuse(`The blob name "${encodeURIComponent(name.toWellFormed())}"`, "would not come back as it is: encode it.");
  }
}

export function checkMetadata(write: BlobWrite): void {
  let sizeBytes = 0;
  for (const [key, value] of Object.entries(write.metadata ?? {})) {
    if (!/^[a-z]+$/.test(key)) refuse(`The metadata key "${key}"`, "has lower-case letters alone.");
    if (key === writerName) refuse(`The metadata key "${key}"`, "is reserved.");
    if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
      refuse(`The metadata "${key}"`, "is printable ASCII, not empty, with no space at either end: encode it.");
    }
    sizeBytes += key.length + value.length;
  }
  if (sizeBytes > metadataBytesMax) refuse("Metadata", `holds at most ${metadataBytesMax} bytes, not ${sizeBytes}.`);
}

/** Throws when a blob is too large to pass through memory whole. */
export function checkWhole(name: string, sizeBytes: number): void {
  if (sizeBytes > wholeBlobBytesMax) {
    refuse(`The blob "${name}" of ${sizeBytes} bytes`, `is over ${wholeBlobBytesMax} bytes: stream it.`);
  }
}

/** Throws unless `offset` and `length` are whole and not negative. */
export function checkSlice(offset: number, length: number | undefined): void {
  for (const part of [offset, length ?? 0]) {
    if (!Number.isSafeInteger(part) || part < 0) refuse("A range", `is whole and not negative, not ${part}.`);
  }
}

export function checkMessage(text: string): void {
  const sizeBytes = new TextEncoder().encode(text).length;
  if (sizeBytes > messageBytesMax || !text.isWellFormed()) {
    refuse(
      `A queue message of ${sizeBytes} bytes`,
      `is well-formed text of at most ${messageBytesMax} bytes: use a blob.`,
    );
  }
}

export function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > receiveMax) {
    refuse("A receive", `takes 1 to ${receiveMax} messages, not ${count}.`);
  }
}

/** The service counts whole seconds: rounded up, so that nothing shows before its time. */
export function toVisibilitySeconds(visibilityMs: number, leastMs: number): number {
  if (!(visibilityMs >= leastMs && visibilityMs <= visibilityMsMax)) {
    refuse("A visibility", `is ${leastMs} to ${visibilityMsMax} ms, not ${visibilityMs}.`);
  }
  return Math.ceil(visibilityMs / 1000);
}
