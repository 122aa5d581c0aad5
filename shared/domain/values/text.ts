import { withoutPadding } from "../foldName.ts";
import { plainBytes } from "./bytes.ts";
import type { CanonicalCheck, Converter, ValueType } from "./valueType.ts";

export function textType(lengthMax: number | undefined): ValueType {
  return { convert: textConverter(lengthMax), isCanonical: textCheck(lengthMax) };
}

// Control characters other than tab, CR and LF are illegal in every format (DMF2055), and would break keys apart.
// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

function textConverter(lengthMax: number | undefined): Converter {
  return (text) => {
    // A value that would fit but for the blanks that it is filled up with is stored without them.
    const value = lengthMax === undefined || text.length <= lengthMax ? text : withoutPadding(text);
    if (lengthMax !== undefined && value.length > lengthMax) {
      return { problem: `holds ${value.length} characters, but takes at most ${lengthMax}` };
    }
    if (controlCharacter.test(value)) return { problem: "holds a control character, which no format may carry" };
    return { value };
  };
}

function textCheck(lengthMax: number | undefined): CanonicalCheck {
  // No text has more characters than bytes.
  const bytesMax = lengthMax ?? Infinity;
  return (bytes, start, end) => {
    if (end - start > bytesMax) return false;
    for (let at = start; at < end; at += 1) if (plainBytes[bytes[at]!] === 0) return false;
    return true;
  };
}
