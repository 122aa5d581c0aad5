import type { Culture } from "./cultures.ts";

/** Longer than any number is with all its digits and groups. */
const charactersMax = 120;

/**
 * Reads numbers as a culture writes them and answers the invariant form, such as -1234.56; undefined for what is no
 * number of the culture, or not without a doubt: groups have three digits and one sign, and the first has no zero in
 * front, so that 0.500 and 12.34 are refused where the point groups.
 */
export function numberReader({ decimalSign, groupSign, hasPairs }: Culture): (text: string) => string | undefined {
  const ofCulture = groupSign === "." || groupSign === "," ? groupSign : "";
  // The blanks that programs put between groups, and the apostrophes.
  const group = `([ \\u00a0\\u2007\\u2009\\u202f'\\u2019${ofCulture}])`;
  const threes = `[1-9]\\d{0,2}(?:${group}\\d{3}(?:\\2\\d{3})*)`;
  const pairs = hasPairs ? `|[1-9]\\d?${group}(?:\\d{2}\\3)+\\d{3}` : "";
  const fraction = `(?:[${decimalSign}](\\d*))?`;
  const signed = "[-+\\u2212]?";
  const grouped = new RegExp(`^(${threes}${pairs})${fraction}$`, "u");
  const plain = new RegExp(`^(\\d*)${fraction}([eE][-+]?\\d{1,3})?$`, "u");
  const sign = new RegExp(`^(${signed})\\s?(.*?)\\s?(${signed})$`, "su");
  const simple = new RegExp(`^-?\\d+(?:[${decimalSign}]\\d+)?$`, "u");
  return (text) => {
    // As nearly every number of nearly every file is written.
    if (text.length <= charactersMax && simple.test(text)) return text.replace(decimalSign, ".");
    const [, before = "", size = "", behind = ""] = text.length > charactersMax ? [] : (sign.exec(text) ?? []);
    // Accounting systems write the minus behind the number.
    if (size === "" || (before !== "" && behind !== "")) return undefined;
    const minus = /[-\u2212]/.test(before + behind) ? "-" : "";
    if (!/^\D?\d/.test(size)) return undefined;
    const ungrouped = plain.exec(size);
    if (ungrouped) return `${minus}${ungrouped[1]}${pointed(ungrouped[2])}${ungrouped[3] ?? ""}`;
    const match = grouped.exec(size);
    return match ? `${minus}${match[1]!.replace(/\D/g, "")}${pointed(match.at(-1))}` : undefined;
  };
}

function pointed(fraction: string | undefined): string {
  return fraction === undefined ? "" : `.${fraction}`;
}

/** Writes an invariant number for the culture: without groups, which others may take for decimals. */
export function numberWriter({ decimalSign }: Culture): (invariant: string) => string {
  return (invariant) => (decimalSign === "." ? invariant : invariant.replace(".", decimalSign));
}

/** An example of a number, for texts that say what was expected. */
export function sampleNumber({ decimalSign, groupSign }: Culture): string {
  return `1${groupSign}234${decimalSign}56 or 1234${decimalSign}56`;
}
