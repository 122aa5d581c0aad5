import type { Actor } from "../../domain/caller.ts";
import { findCulture } from "../../domain/cultures.ts";
import type { MemberError } from "../../domain/errors.ts";
import { type SourceFormat, formatProblems } from "../../domain/sourceFormat.ts";
import { fileFormatOf } from "../../formats/fileFormats.ts";
import type { Ports } from "../../ports.ts";
import { ianaZoneOf } from "../../schedule/windowsZones.ts";
import { changeDefinitions } from "./changeDefinitions.ts";
import { type DefinitionRules, fitsAlways } from "./definitionRules.ts";
import { requireNoProblems } from "./refusedChange.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";

/** Saves a source data format; one with the name of a built-in format takes its place. */
export async function saveFormat(
  ports: Ports,
  format: SourceFormat,
  ifMatch: IfMatch,
  by: Actor,
): Promise<Saved<SourceFormat>> {
  await formatRules.requireSound(ports, format);
  const language = format.language === undefined ? undefined : findCulture(format.language)?.name;
  const spelled = { ...format, ...(language !== undefined && { language }) };
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "format", format.name, ifMatch);
    await formatRules.requireFits(ports, spelled, replaced);
    return writeDefinition(ports, turn, "format", format.name, spelled, replaced, by);
  });
}

/** Projects go on with what it becomes, whatever that is. */
export const formatRules: DefinitionRules<SourceFormat> = {
  async requireSound(_ports, format) {
    const problems = [...formatProblems(format), ...fileFormatOf(format).problems(), ...timeZoneProblems(format)];
    requireNoProblems(`Source data format "${format.name}"`, problems);
  },
  requireFits: fitsAlways,
};

function timeZoneProblems({ timeZone }: SourceFormat): MemberError[] {
  if (timeZone === undefined || ianaZoneOf(timeZone) !== undefined) return [];
  const message = `There is no time zone "${timeZone}". Name one such as Europe/Berlin (IANA), W. Europe Standard Time (Windows), or UTC.`;
  return [{ path: "timeZone", message }];
}
