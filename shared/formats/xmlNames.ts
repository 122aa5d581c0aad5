/** Names of elements and attributes, escaped as .NET's XmlConvert does where a text is none: `Group_x0020_name`. */

/** Letters that every parser takes, also those of the first editions of XML, as .NET's. */
const letters = [
  "A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{131}\\u{134}-\\u{13e}\\u{141}-\\u{148}\\u{14a}-\\u{17e}",
  "\\u{388}-\\u{38a}\\u{38e}-\\u{3a1}\\u{3a3}-\\u{3ce}\\u{401}-\\u{40c}\\u{40e}-\\u{44f}\\u{451}-\\u{45c}\\u{5d0}-\\u{5ea}",
  "\\u{3041}-\\u{3094}\\u{30a1}-\\u{30fa}\\u{4e00}-\\u{9fa5}\\u{ac00}-\\u{d7a3}",
].join("");
const startCharacter = new RegExp(`^[${letters}]$`, "u");
const laterCharacter = /^[-.0-9]$/u;
const escapedCharacter = /_x([0-9a-f]{8}|[0-9a-f]{4})_/gi;
/** An underscore that would be taken for the beginning of an escape, also one that ends where the next escape begins. */
const ambiguous = new RegExp(`_(?=x(?:[0-9a-f]{8}|[0-9a-f]{4})(?:_|[^-.0-9${letters}]))`, "giu");

/** The text as a name without a colon; `decodeXmlName` makes it the same text again. */
export function encodeXmlName(text: string): string {
  const characters = Array.from(text.replaceAll(ambiguous, "_x005F_"));
  return characters
    .map((character, index) =>
      startCharacter.test(character) || (index > 0 && laterCharacter.test(character)) ? character : escaped(character),
    )
    .join("");
}

export function decodeXmlName(name: string): string {
  if (!/_x/i.test(name)) return name;
  return name.replaceAll(escapedCharacter, (whole, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}

/** The same text, which does not keep the whole piece of the document in memory that it was cut from. */
export function ownCopy(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}

/** Without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `_x${code
    .toString(16)
    .toUpperCase()
    .padStart(code > 0xffff ? 8 : 4, "0")}_`;
}
