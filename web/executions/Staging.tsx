import { Field, Select } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import type { Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Download } from "../parts/Download.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { CopyStaged } from "./CopyStaged.tsx";
import { type StagedState, StagedRows } from "./StagedRows.tsx";

type Execution = Schemas["Execution"];

const states: readonly (readonly [StagedState, string])[] = [
  ["error", "Error"],
  ["staged", "Staged: waits to be copied"],
  ["copied", "Copied to the target"],
];

/** The rows of a run that stay in staging, with what one can do with them. */
export function Staging({ execution }: { readonly execution: Execution }) {
  const [search, setSearch] = useSearchParams();
  const staged = execution.entities.filter(({ links }) => links["staging"] !== undefined).map(({ entity }) => entity);
  const entity = staged.find((name) => name === search.get("entity")) ?? staged[0];
  const state = states.find(([name]) => name === search.get("state"))?.[0];
  // A run that took staged rows has none of its own.
  const executionId = execution.stagedRowsOf ?? execution.id;
  const choose = (name: string, value: string): void => {
    setSearch((before) => {
      const next = new URLSearchParams(before);
      next.delete("row");
      if (value === "") next.delete(name);
      else next.set(name, value);
      return next;
    });
  };
  if (entity === undefined) return null;
  return (
    <>
      <div className="filters">
        <Field label="Entity">
          <Select value={entity} onChange={(_, { value }) => choose("entity", value)}>
            {staged.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        </Field>
        <Field label="State">
          <Select value={state ?? ""} onChange={(_, { value }) => choose("state", value)}>
            <option value="">All rows</option>
            {states.map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </Select>
        </Field>
        <StagingFiles executionId={executionId} entity={entity} state={state} />
        <ForManagers>
          <CopyStaged messageId={execution.messageId} />
        </ForManagers>
      </div>
      <StagedRows key={`${entity} ${state}`} executionId={executionId} entity={entity} state={state} />
    </>
  );
}

interface FilesProps {
  readonly executionId: string;
  readonly entity: string;
  readonly state: StagedState | undefined;
}

function StagingFiles({ executionId: id, entity, state }: FilesProps) {
  const api = useApi();
  const query = state === undefined ? {} : { state };
  return (
    <>
      <Download
        text="File"
        fileName={`${entity}.csv`}
        load={(signal) =>
          api.GET("/manage/api/executions/{id}/staging/{entity}/file", {
            params: { path: { id, entity }, query },
            parseAs: "stream",
            signal,
          })
        }
      />
      <Download
        text="Package of all entities"
        fileName="staging.zip"
        load={(signal) =>
          api.GET("/manage/api/executions/{id}/staging-package", {
            params: { path: { id }, query },
            parseAs: "stream",
            signal,
          })
        }
      />
    </>
  );
}
