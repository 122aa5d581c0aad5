import { Badge, Button } from "@fluentui/react-components";
import { useState } from "react";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Ask } from "../parts/Ask.tsx";
import { countOf, countText } from "../parts/figures.ts";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { Time } from "../parts/Time.tsx";
import { LineState } from "./LineState.tsx";
import { panelsOf, panelView } from "./line/panels.ts";
import { type Line, saveProject, type Stored, withLine } from "../parts/project.ts";
import type { RunOfEntity } from "./useLastRun.ts";

interface Props {
  readonly stored: Stored;
  readonly line: Line;
  readonly run: RunOfEntity | undefined;
}

/** An entity of a project as a card. */
export function LineCard({ stored, line, run }: Props) {
  const { value } = stored;
  const { entity, format, isEnabled, executionUnit, level, sequence, sample, validation } = line;
  const said = [...(validation?.errors ?? []), ...(validation?.warnings ?? [])];
  return (
    <li className="panel line-card" aria-label={entity}>
      <div className="row">
        <LineState line={line} run={run} />
        <h2 className="line-name">
          <PageLink to={panelView(value.name, entity, "map")}>
            <bdi>{entity}</bdi>
          </PageLink>
        </h2>
        {!isEnabled && <Badge appearance="outline">Disabled</Badge>}
      </div>
      <p className="faint wrap">
        <bdi>{format}</bdi> · unit {executionUnit}, level {level}, sequence {sequence}
        {line.refreshType === "incremental" && " · incremental push"}
        {sample && (
          <>
            {" · sample "}
            <bdi>{sample.fileName}</bdi>
          </>
        )}
      </p>
      {run ? <LastRun run={run} /> : <p className="faint">No run of it yet.</p>}
      {said.length > 0 && (
        <ul className="said">
          {said.map((text) => (
            <li key={text} className="prose">
              {text}
            </li>
          ))}
        </ul>
      )}
      <nav className="row" aria-label={`Panels of ${entity}`}>
        {panelsOf(value.direction).map(({ name, text }) => (
          <PageLink key={name} to={panelView(value.name, entity, name)}>
            {text}
          </PageLink>
        ))}
        <ForManagers>
          <RemoveLine stored={stored} entity={entity} />
        </ForManagers>
      </nav>
    </li>
  );
}

function LastRun({ run: { entity, executionId, startedAt, direction } }: { readonly run: RunOfEntity }) {
  const { created, updated, unchanged, failed, exported, rowsRead } = entity;
  const counts =
    direction === "export"
      ? [countOf(exported, "record") + " exported"]
      : [
          `${countText(rowsRead)} read`,
          `${countText(created)} created`,
          `${countText(updated)} updated`,
          `${countText(unchanged)} unchanged`,
          `${countText(failed)} failed`,
        ];
  return (
    <p>
      {counts.join(", ")}{" "}
      <PageLink to={viewOf("executions", executionId)}>
        <Time at={startedAt} />
      </PageLink>
    </p>
  );
}

function RemoveLine({ stored: { value, etag }, entity }: { readonly stored: Stored; readonly entity: string }) {
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const { mutateAsync } = useChange(async () => {
    if (await saveProject(api, withLine(value, entity, undefined), etag)) return;
    throw new Error("Somebody else saved the project in this moment. Look at it again, and remove the entity then.");
  });
  return (
    <>
      <Button size="small" appearance="subtle" aria-label={`Remove ${entity}`} onClick={() => setAsking(true)}>
        Remove
      </Button>
      {isAsking && (
        <Ask
          title={`Take ${entity} out of ${value.name}?`}
          action="Remove"
          act={() => mutateAsync(undefined)}
          close={() => setAsking(false)}
        >
          Its map, transformations, filter and sample in this project will be gone. The entity and its records stay.
        </Ask>
      )}
    </>
  );
}
