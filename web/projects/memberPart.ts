import type { ReactNode } from "react";
import type { VersionRow } from "../parts/BothVersions.tsx";
import { differencesOf, mergedOf } from "../parts/differences.ts";
import type { PartOf } from "./partOf.ts";

/** How a member of a part is shown beside the other version of it. */
export type ShowMember<P> = (key: Extract<keyof P, string>, part: P) => { label: string; content: ReactNode };

/** A part whose members are chosen one by one, where two people changed it. */
export function memberPart<P extends object>(
  facts: Pick<PartOf<P>, "what" | "read" | "write">,
  show: ShowMember<P>,
): PartOf<P> {
  return { ...facts, compare: (base, mine, theirs) => compareMembers(base, mine, theirs, show), merge: mergedOf };
}

export function compareMembers<P extends object>(
  base: P,
  mine: P,
  theirs: P,
  show: ShowMember<P>,
): readonly VersionRow[] {
  return differencesOf(base, mine, theirs).map(({ key, suggested }) => ({
    key,
    suggested,
    label: show(key, key in mine ? mine : theirs).label,
    mine: key in mine ? show(key, mine).content : "Nothing",
    theirs: key in theirs ? show(key, theirs).content : "Nothing",
  }));
}
