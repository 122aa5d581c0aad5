import type { Schemas } from "../../api/api.ts";
import { History } from "./History.tsx";
import { useVersionChanges, type Versioned } from "./useVersionChanges.ts";

const kinds: Readonly<Record<Versioned["list"], Schemas["AuditEntry"]["kind"]>> = {
  entities: "entity",
  formats: "format",
  stylesheets: "stylesheet",
  "number-sequences": "numberSequence",
  projects: "project",
  webhooks: "webhook",
};

/** Who did what to a definition that is known by its name. */
export function DefinitionHistory(of: Versioned) {
  return <History kind={kinds[of.list]} target={of.name} loadChanges={useVersionChanges(of)} />;
}
