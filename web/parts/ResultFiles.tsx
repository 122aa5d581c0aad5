import type { Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Download } from "./Download.tsx";

interface Props {
  readonly executionId: string;
  readonly entity: Schemas["EntityExecution"];
}

const kinds = [
  ["failed", "Failed records"],
  ["succeeded", "Succeeded records"],
  ["unprocessed", "Unprocessed records"],
] as const;

/** The records of a run by what became of them, as files: those that there are. */
export function ResultFiles({ executionId: id, entity: { entity, links } }: Props) {
  const api = useApi();
  return kinds
    .filter(([kind]) => links[kind] !== undefined)
    .map(([kind, text]) => (
      <Download
        key={kind}
        text={text}
        fileName={`${entity} ${kind}`}
        load={(signal) =>
          api.GET("/manage/api/executions/{id}/results/{entity}/{kind}", {
            params: { path: { id, entity, kind } },
            parseAs: "stream",
            signal,
          })
        }
      />
    ));
}
