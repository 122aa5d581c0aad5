import type { Schemas } from "../../api/api.ts";
import { History } from "./History.tsx";
import type { Used } from "./useUses.ts";
import { useVersionChanges } from "./useVersionChanges.ts";

const kinds: Readonly<Record<Used["list"], Schemas["AuditEntry"]["kind"]>> = {
  entities: "entity",
  formats: "format",
  stylesheets: "stylesheet",
  "number-sequences": "numberSequence",
  projects: "project",
};

/** Who did what to a definition that is known by its name. */
export function DefinitionHistory(of: Used) {
  return <History kind={kinds[of.list]} target={of.name} loadChanges={useVersionChanges(of)} />;
}
