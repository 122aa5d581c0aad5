/** What the number of a cell means, by the number format that shows it. */
export type NumberKind = "number" | "date" | "time" | "datetime" | "elapsed";

/** The formats that every workbook has and none writes down; 27 to 36 and 50 to 58 are those of East Asia. */
export function kindOfBuiltIn(id: number): NumberKind {
  if (id === 22) return "datetime";
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return "date";
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return "time";
  return id === 46 ? "elapsed" : "number";
}

/** Reads a format such as `[$-407]dd.mm.yyyy;@`: of its sections the first counts, which is that of numbers above zero. */
export function kindOfFormat(code: string): NumberKind {
  // What is quoted, escaped, or stands for a width or a filling is no sign of a date.
  const bare = code.replace(/"[^"]*"?|\\.|_.|\*./gs, "");
  const [section = ""] = bare.split(";");
  const isElapsed = /\[(?:h+|m+|s+)\]/i.test(section);
  const signs = section.replace(/\[[^\]]*\]|general/gi, "");
  const clock = signs.replace(/am\/pm|a\/p/gi, "h");
  const isDate = /[yd]/i.test(clock) || (/e/i.test(clock) && !/[0#?]/.test(clock));
  const isTime = /[hs]/i.test(clock);
  if (isElapsed) return isDate ? "datetime" : "elapsed";
  if (isDate) return isTime ? "datetime" : "date";
  if (isTime) return "time";
  // Alone it is a month, beside hours or seconds the minutes.
  return /m/i.test(clock) ? "date" : "number";
}
