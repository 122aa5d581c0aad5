import { useState } from "react";
import { useApi } from "../../api/ApiContext.tsx";
import { saveDefinition } from "../../api/definitions.ts";
import { useChange } from "../../api/useChange.ts";
import { isSame } from "../../parts/differences.ts";
import { type EntityDraft, entityDraftOf } from "../../parts/entity/entityDraft.ts";
import { entityKind } from "../../parts/entity/entityKind.tsx";
import { isSameName } from "../../parts/project.ts";
import { type Entity, useEntities } from "../../parts/useNames.ts";
import { sampleEntities } from "./sampleEntities.ts";

export interface Sample {
  readonly entity: EntityDraft;
  readonly state: "absent" | "made" | "same" | "other";
  /** Where the one that is there says something else. */
  readonly differences: readonly string[];
}

/** The sample entities as they stand to those of the service, and how those that lack are made. */
export function useSamples() {
  const api = useApi();
  const query = useEntities();
  const [made, setMade] = useState<ReadonlySet<string>>(new Set());
  const samples = sampleEntities.map((entity) => sampleOf(entity, query.data ?? [], made));
  const absent = samples.filter(({ state }) => state === "absent");
  const load = useChange(async () => {
    for (const { entity } of absent) {
      // One that somebody else made in this moment stands as it is, and the list says so.
      const saved = await saveDefinition(api, "entities", entity, undefined);
      if (saved) setMade((before) => new Set(before).add(entity.name));
    }
  });
  return { query, samples, absent, load };
}

function sampleOf(entity: EntityDraft, there: readonly Entity[], made: ReadonlySet<string>): Sample {
  const found = there.find(({ name }) => isSameName(name, entity.name));
  const isMade = made.has(entity.name);
  if (!found) return { entity, state: isMade ? "made" : "absent", differences: [] };
  const differences = differencesOf(entity, entityDraftOf(found));
  return { entity, state: differences.length > 0 ? "other" : isMade ? "made" : "same", differences };
}

function differencesOf(one: EntityDraft, other: EntityDraft): readonly string[] {
  const [mine, theirs] = [entityKind.membersOf(one), entityKind.membersOf(other)];
  const members = Object.keys({ ...mine, ...theirs }).filter((member) => member !== "name");
  return members
    .filter((member) => !isSame(mine[member], theirs[member]))
    .map((member) => entityKind.show(member, mine[member] ?? theirs[member]).label);
}
