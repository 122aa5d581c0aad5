const charactersMax = 60;

/** What cannot be seen, or turns or breaks the text around it: controls, signs of direction, blanks but the plain one. */
const unseen = /["\\\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|[^\P{Zs} ]/gu;

/**
 * A value for people to read in an error text: quoted, cut short, and what cannot be seen by its code. It goes only where
 * people may see records (files of failed records, answers of the management API), and never into a log.
 */
export function shownValue(text: string): string {
  const characters = Array.from(text.slice(0, 2 * charactersMax + 2));
  const isCut = characters.length > charactersMax;
  const shown = characters.slice(0, charactersMax).join("").replaceAll(unseen, shownCharacter);
  return `"${shown}${isCut ? "…" : ""}"`;
}

function shownCharacter(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;
}

/** An error text with the value that it is about, where there is one: for people, and never for a log. */
export function textWithValue({ message, value }: { readonly message: string; readonly value?: string }): string {
  return value === undefined ? message : `${message.replace(/\.$/, "")}: ${value}.`;
}
