/** A name of an element or attribute, kept so that it need not be decoded again. */
export interface KnownName {
  readonly bytes: Buffer;
  readonly text: string;
  /** Without its prefix. */
  readonly local: string;
}

/** The attributes of a start tag, as places in the bytes; good until the call returns. */
export interface Tag {
  bytes: Buffer;
  count: number;
  readonly names: KnownName[];
  readonly starts: number[];
  readonly ends: number[];
}

export const attributesMax = 256;

export function newTag(): Tag {
  return { bytes: Buffer.alloc(0), count: 0, names: [], starts: [], ends: [] };
}

export function knownName(bytes: Buffer): KnownName {
  const text = bytes.toString("utf8");
  return { bytes, text, local: text.slice(text.indexOf(":") + 1) };
}

/** Which attribute has the name; -1 for none. */
export function attributeAt({ count, names }: Tag, name: string): number {
  for (let index = 0; index < count; index += 1) if (names[index]!.local === name) return index;
  return -1;
}

/** The text of an attribute; undefined where the tag does not have it. */
export function attributeOf(tag: Tag, name: string): string | undefined {
  const index = attributeAt(tag, name);
  return index < 0 ? undefined : decodeEntities(tag.bytes.toString("utf8", tag.starts[index], tag.ends[index]));
}

/** True for "1" and "true", the two ways to write it. */
export function isSet(tag: Tag, name: string): boolean {
  const text = attributeOf(tag, name);
  return text === "1" || text === "true";
}

const known: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** What a reference such as `amp` or `#x41` stands for; undefined for none. */
export function entityOf(reference: string): string | undefined {
  if (!reference.startsWith("#")) return known[reference];
  const isHex = reference[1] === "x";
  const digits = reference.slice(isHex ? 2 : 1);
  if (!(isHex ? /^[0-9a-f]{1,6}$/i : /^\d{1,7}$/).test(digits)) return undefined;
  const point = Number.parseInt(digits, isHex ? 16 : 10);
  return isCharacter(point) ? String.fromCodePoint(point) : undefined;
}

/** The characters that XML may hold. */
function isCharacter(point: number): boolean {
  if (point < 0x20) return point === 0x09 || point === 0x0a || point === 0x0d;
  return point <= 0x10_ffff && !(point >= 0xd800 && point <= 0xdfff) && point !== 0xfffe && point !== 0xffff;
}

/** Whether each ampersand of a text begins a reference that is known. */
export function isDecodable(text: string): boolean {
  return !text
    .replace(/&([^;&]*);/g, (whole, reference: string) => (entityOf(reference) === undefined ? whole : ""))
    .includes("&");
}

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;]*);/g, (whole, reference: string) => entityOf(reference) ?? whole);
}
