import type { Actor } from "../../domain/caller.ts";
import type { MemberError } from "../../domain/errors.ts";
import { type Stylesheet, stylesheetCharactersMax } from "../../domain/stylesheet.ts";
import { stylesheetProblems, withKnownExtensions } from "../../formats/stylesheetRules.ts";
import type { Ports } from "../../ports.ts";
import { changeDefinitions } from "./changeDefinitions.ts";
import { type DefinitionRules, fitsAlways } from "./definitionRules.ts";
import { requireNoProblems } from "./refusedChange.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";

/** Saves a stylesheet that compiles, and holds nothing that is refused here: then it names each by line and column. */
export async function saveStylesheet(
  ports: Ports,
  stylesheet: Stylesheet,
  ifMatch: IfMatch,
  by: Actor,
): Promise<Saved<Stylesheet>> {
  await stylesheetRules.requireSound(ports, stylesheet);
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "stylesheet", stylesheet.name, ifMatch);
    await stylesheetRules.requireFits(ports, stylesheet, replaced);
    return writeDefinition(ports, turn, "stylesheet", stylesheet.name, stylesheet, replaced, by);
  });
}

/** What keeps a stylesheet from being saved; lines of projects go on with what it becomes. */
export const stylesheetRules: DefinitionRules<Stylesheet> = {
  async requireSound(ports, { name, content }) {
    requireNoProblems(`Stylesheet "${name}"`, contentProblems(content));
    await ports.transformer.check({ name, content: withKnownExtensions(content) });
  },
  requireFits: fitsAlways,
};

function contentProblems(content: string): readonly MemberError[] {
  const path = "content";
  if (content.length > stylesheetCharactersMax) {
    return [{ path, message: `It is longer than ${stylesheetCharactersMax} characters.` }];
  }
  return stylesheetProblems(content).map(({ message, line, column }) => {
    return { path, message: `Line ${line}, column ${column}: ${message}` };
  });
}
