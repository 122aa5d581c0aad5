import { isGuid } from "../guid.ts";
import { isDigit, minus } from "./bytes.ts";
import { type Converted, refuse, type ValueType } from "./valueType.ts";

export const guidType: ValueType = { convert: convertGuid, isCanonical: isGuidInBytes };

const [letterA, letterF] = [0x61, 0x66];

function convertGuid(text: string): Converted {
  const bare = text
    .trim()
    .replaceAll(/^\{|\}$/g, "")
    .toLowerCase();
  return isGuid(bare) ? { value: bare } : refuse("a GUID", text);
}

function isGuidInBytes(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const byte = bytes[start + at]!;
    const isHyphen = at === 8 || at === 13 || at === 18 || at === 23;
    if (isHyphen ? byte !== minus : !isDigit(byte) && !(byte >= letterA && byte <= letterF)) return false;
  }
  return true;
}
