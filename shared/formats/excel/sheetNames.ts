/** As many characters as the name of a sheet has at most. */
const charactersMax = 31;

/** The sheet of an entity as the original names it: its label, with an underscore for whatever is no letter or digit. */
export function sheetNameOf(label: string): string {
  const name = Array.from(label.normalize("NFC").replace(/[^\p{L}\p{N}]/gu, "_"));
  let kept = "";
  for (const character of name) if (kept.length + character.length <= charactersMax) kept += character;
  return kept === "" ? "Sheet1" : kept;
}

/**
 * The name under which formulas know the records, which is that of the sheet where it may be: a name begins with a letter
 * or an underscore, and is not one that a cell has.
 */
export function definedNameOf(sheetName: string): string {
  const name = sheetName.replace(/[^\p{L}\p{N}_]/gu, "_");
  const isCell = /^(?:[a-z]{1,3}\d+|r\d*(?:c\d*)?|c\d*)$/i.test(name);
  return isCell || !/^[\p{L}_]/u.test(name) ? `_${name}` : name;
}
