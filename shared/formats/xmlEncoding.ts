import { FormatError } from "./recordFormat.ts";

const UTF8 = 65001;
const UTF16LE = 1200;
const UTF16BE = 1201;
const UTF32LE = 12000;
const UTF32BE = 12001;
/** The code page of ISO 8859-1 is 28591, and so on. */
const ISO_8859 = 28590;
const declarationBytesMax = 200;

const namedPages: Readonly<Record<string, number>> = {
  "utf-8": UTF8,
  utf8: UTF8,
  "utf-16": UTF16LE,
  "utf-16le": UTF16LE,
  "utf-16be": UTF16BE,
  "iso-10646-ucs-2": UTF16LE,
  "ucs-2": UTF16LE,
  unicode: UTF16LE,
  "utf-32": UTF32LE,
  "us-ascii": 20127,
  ascii: 20127,
  shift_jis: 932,
  gb2312: 936,
  gbk: 936,
  big5: 950,
  "euc-kr": 949,
  ks_c_5601: 949,
  "koi8-r": 20866,
  "koi8-u": 21866,
};

/** The encoding that the XML declaration of a document in single bytes, or in UTF-16, names. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 2 * declarationBytesMax).filter((byte) => byte > 0));
  const text = start.slice(0, declarationBytesMax).replace(/^[^<]{1,4}</u, "<");
  return /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/u.exec(text)?.[1];
}

/** The code page of a name as XML declarations have it; undefined for one that is not known. */
export function codePageNamed(name: string): number | undefined {
  const known = namedPages[name.toLowerCase()];
  if (known !== undefined) return known;
  const windows = /^(?:windows-|cp|x-cp|ibm)(\d{3,5})$/iu.exec(name)?.[1];
  if (windows !== undefined) return Number(windows);
  const latin = /^(?:iso-?8859-|latin)(\d{1,2})$/iu.exec(name)?.[1];
  return latin === undefined ? undefined : ISO_8859 + Number(latin);
}

/** What the first bytes show, whatever the declaration says: a byte order mark, or the zeros around the first "<". */
const signs: readonly { readonly bytes: readonly number[]; readonly name: string; readonly codePage: number }[] = [
  { bytes: [0xff, 0xfe, 0, 0], name: "UTF-32", codePage: UTF32LE },
  { bytes: [0, 0, 0xfe, 0xff], name: "UTF-32", codePage: UTF32BE },
  { bytes: [0xef, 0xbb, 0xbf], name: "UTF-8", codePage: UTF8 },
  { bytes: [0xff, 0xfe], name: "UTF-16", codePage: UTF16LE },
  { bytes: [0xfe, 0xff], name: "UTF-16", codePage: UTF16BE },
  { bytes: [0x3c, 0], name: "UTF-16", codePage: UTF16LE },
  { bytes: [0, 0x3c], name: "UTF-16", codePage: UTF16BE },
];

/** Such an encoding may only be declared where the bytes show it. */
const shownPages = [UTF16LE, UTF16BE, UTF32LE, UTF32BE];

/** The encoding of a document by its first bytes and its declaration; where they contradict each other, it is an error. */
export function encodingOfXml(start: Uint8Array): { readonly codePage: number; readonly name: string } {
  const sign = signs.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte));
  const declared = declaredEncoding(start);
  if (declared === undefined) return sign ?? { codePage: UTF8, name: "UTF-8" };
  const codePage = codePageNamed(declared);
  if (codePage === undefined) {
    const text = `Its first line names the encoding "${declared}", which is not known here. ${saveAsUtf8}`;
    throw new FormatError("badEncoding", text, 1);
  }
  if (!sign && !shownPages.includes(codePage)) return { codePage, name: declared };
  if (sign && familyOf(sign.codePage) === familyOf(codePage)) return sign;
  const found = sign ? `begins as ${sign.name} does` : "is in single bytes";
  const text = `Its first line names the encoding "${declared}", but the file ${found}. ${saveAsUtf8}`;
  throw new FormatError("badEncoding", text, 1);
}

function familyOf(codePage: number): number {
  if (codePage === UTF16BE) return UTF16LE;
  return codePage === UTF32BE ? UTF32LE : codePage;
}

export const saveAsUtf8 =
  'Save it in UTF-8, or with its encoding in the first line: <?xml version="1.0" encoding="windows-1252"?>.';
