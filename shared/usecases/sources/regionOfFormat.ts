import { findCulture } from "../../domain/cultures.ts";
import { DomainError } from "../../domain/errors.ts";
import { type Region, regionOf } from "../../domain/region.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import { ianaZoneOf } from "../../schedule/windowsZones.ts";
import { zoneClock } from "../../schedule/zoneClock.ts";

/**
 * How values are written in files of the format; undefined for the invariant forms, which most files have. A language or
 * a time zone that was known when the format was saved, and is not known to this machine, is `invalid`.
 */
export function regionOfFormat({ name, language, timeZone }: SourceFormat): Region | undefined {
  const culture = language === undefined ? undefined : findCulture(language);
  if (language !== undefined && !culture) throw unknown(name, `language "${language}"`);
  if (timeZone !== undefined && ianaZoneOf(timeZone) === undefined) throw unknown(name, `time zone "${timeZone}"`);
  return regionOf(culture, timeZone === undefined ? undefined : zoneClock(timeZone));
}

function unknown(format: string, what: string): DomainError {
  return new DomainError(
    "invalid",
    `Source data format "${format}" has the ${what}, which is not known here. Change it.`,
  );
}
