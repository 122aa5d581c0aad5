import type { FieldType } from "../../domain/dataEntity.ts";
import { isPlainNumber } from "./numberText.ts";
import { serialOf } from "./serialDates.ts";
import { cellStyles, escapedXml } from "./workbookXml.ts";

/** As many as a cell of Excel takes. */
export const textCharactersMax = 32_767;

/**
 * A cell behind the number of its row. A value is written as a number, a date or a truth value only where it reads as the
 * same text again: a number of more digits than Excel keeps, and a day before March 1900, stay texts.
 */
export function cellXml(value: string, type: FieldType | undefined, isLocalTime: boolean): string {
  switch (type) {
    case "integer":
    case "int64":
    case "real":
      return isPlain(value) ? `"><v>${value}</v></c>` : textXml(value);
    case "boolean":
      return value === "Yes" || value === "No" ? `" t="b"><v>${value === "Yes" ? 1 : 0}</v></c>` : textXml(value);
    case "date":
    case "time":
      return serialXml(value, serialOf(value, type), cellStyles[type]);
    case "datetime":
      return serialXml(value, serialOf(isLocalTime ? value : inUtc(value), type), cellStyles[type]);
    default:
      return textXml(value);
  }
}

function isPlain(value: string): boolean {
  const bytes = Buffer.from(value);
  return isPlainNumber(bytes, bytes.length);
}

/** Without the sign of UTC, as which a time without one reads again. */
function inUtc(value: string): string {
  return value.endsWith("Z") ? value.slice(0, -1) : "";
}

function serialXml(value: string, serial: number | undefined, style: number): string {
  return serial === undefined ? textXml(value) : `" s="${style}"><v>${serial}</v></c>`;
}

function textXml(value: string): string {
  const space = /^\s|\s$/.test(value) ? ' xml:space="preserve"' : "";
  return `" s="${cellStyles.text}" t="inlineStr"><is><t${space}>${escapedText(value)}</t></is></c>`;
}

/** What XML cannot hold stands as `_x000D_`, and what would read as such a sign is protected. */
function escapedText(value: string): string {
  const signs = value.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_").replace(unwritable, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `_x${code}_`;
  });
  return escapedXml(signs);
}

// oxlint-disable-next-line no-control-regex -- control characters are what XML cannot hold
const unwritable = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

/** 1 for each byte that asks for a closer look at its text. */
const special = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte += 1) special[byte] = 1;
for (const sign of '&<>"_\\') special[sign.charCodeAt(0)] = 1;
// Two characters that XML cannot hold begin so, and a text may begin or end with the wide blanks.
for (const byte of [0xe1, 0xe2, 0xe3, 0xef]) special[byte] = 1;

/** Whether the bytes can stand in a cell as they are. */
export function isPlainText(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > textCharactersMax || bytes[start] === blank || bytes[end - 1] === blank) return false;
  if (bytes[start] === 0xc2 || bytes[end - 1] === 0xa0) return false;
  for (let at = start; at < end; at += 1) if (special[bytes[at]!] === 1) return false;
  return true;
}

const blank = 0x20;
