/** Decodes a name or a value of a query. It never throws: what cannot be read stays as it is, or becomes U+FFFD. */
export function decodeQueryPart(text: string): string {
  // The .NET Framework writes %u00e9, which its Uri escapes once more (%25u00e9): so %u, and only it, is decoded last.
  return decodeUnicode(decodePercent(text.replaceAll("+", " "))).toWellFormed();
}

/** UTF-8 percent decoding that leaves alone `%uXXXX` and whatever else it cannot read. */
export function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}

/**
 * A text of a header, which holds ASCII alone: what is outside of it comes percent-encoded in UTF-8, or so in the form of
 * RFC 8187 (`UTF-8''M%C3%BCller`). A text that is ASCII and says no charset is meant as it stands, its percent signs too.
 */
export function decodeHeaderText(value: string): string {
  const [, extended] = /^utf-8'[\w-]*'(.*)$/is.exec(value) ?? [];
  const encoded = extended ?? value;
  if (extended === undefined && !/%[89a-f][0-9a-f]/i.test(value)) return value;
  const decoded = decodePercent(encoded);
  return decoded.includes("\ufffd") ? value : decoded;
}

/**
 * Writes what would act on a terminal, a log or a page (controls, line and direction marks) as `\u001b`, and cuts the
 * result at a limit, never within an escape or a surrogate pair.
 */
export function escapeControls(text: string, charactersMax: number): string {
  let escaped = "";
  for (const character of text.toWellFormed()) {
    const next = isControl(character) ? escapeCharacter(character) : character;
    if (escaped.length + next.length > charactersMax) break;
    escaped += next;
  }
  return escaped;
}

function decodeUnicode(text: string): string {
  return text.replace(/%u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The two joiners are format characters too, but emoji and several scripts need them. */
function isControl(character: string): boolean {
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(character) && character !== "\u200c" && character !== "\u200d";
}

function escapeCharacter(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }).join("");
}
