const nameCharactersMax = 60;

/** Names for an error text: the first ones, each cut short, so that no file can make a text of any length. */
export function nameList(names: readonly string[], namesMax = 20): string {
  const shown = names
    .slice(0, namesMax)
    .map((name) => (name.length > nameCharactersMax ? `${name.slice(0, nameCharactersMax)}…` : name));
  return `${shown.join(", ")}${names.length > namesMax ? `, and ${names.length - namesMax} more` : ""}`;
}
