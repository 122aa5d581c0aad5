import { Badge } from "@fluentui/react-components";
import { CheckmarkCircleFilled, DismissCircleFilled, InfoRegular, WarningFilled } from "@fluentui/react-icons";
import type { ReactNode } from "react";
import type { Schemas } from "../api/api.ts";
import { countText } from "./figures.ts";
import { PageLink, viewOf } from "./PageLink.tsx";
import { durationText } from "./Time.tsx";

type Execution = Schemas["Execution"];
type EntityExecution = Schemas["EntityExecution"];

interface Props {
  readonly direction: Execution["direction"];
  readonly entity: EntityExecution;
  /** What can be had of it: files, rows. */
  readonly children?: ReactNode;
}

const statusTexts: Readonly<Record<EntityExecution["status"], string>> = {
  notStarted: "Not started",
  executing: "Executing",
  finished: "Finished",
  staged: "Waits in staging",
  error: "Error",
  notRun: "Not run",
};

/** What a run made of one entity. */
export function EntityCard({ direction, entity, children }: Props) {
  const { status, fileName, format, company, entityVersion, formatVersion } = entity;
  const facts = [
    fileName,
    formatVersion === undefined || formatVersion === 0 ? format : `${format} (version ${formatVersion})`,
    company !== undefined && `company ${company}`,
    entityVersion !== undefined && `entity version ${entityVersion}`,
  ];
  return (
    <section className="panel" aria-label={entity.entity}>
      <div className="row">
        <Outcome entity={entity} />
        <h2 className="card-title">
          <PageLink to={viewOf("entities", entity.entity)}>
            <bdi>{entity.entity}</bdi>
          </PageLink>
        </h2>
        <Badge appearance="tint" color={status === "error" || status === "notRun" ? "danger" : "informative"}>
          {statusTexts[status]}
        </Badge>
        <bdi className="faint wrap">{facts.filter((fact) => fact !== false).join(" · ")}</bdi>
      </div>
      <Counts direction={direction} entity={entity} />
      {children !== undefined && <div className="row">{children}</div>}
    </section>
  );
}

/** Red, yellow or green, as people know it; the words beside it say the same. */
function Outcome({ entity: { status, failed, unprocessed } }: { readonly entity: EntityExecution }) {
  if (status === "error" || status === "notRun") return <DismissCircleFilled className="bad" aria-label="Failed" />;
  if (failed > 0 || (unprocessed > 0 && status === "finished")) {
    return <WarningFilled className="fair" aria-label="With errors" />;
  }
  if (status === "finished") return <CheckmarkCircleFilled className="good" aria-label="Without errors" />;
  return <InfoRegular aria-label="Not finished" />;
}

function Counts({ direction, entity }: Pick<Props, "direction" | "entity">) {
  const counts = direction === "import" ? importCounts(entity) : exportCounts(entity);
  return (
    <dl className="counts">
      {counts.map(([name, count, look]) => (
        <div key={name} className={look}>
          <dt>{name}</dt>
          <dd>{typeof count === "number" ? countText(count) : count}</dd>
        </div>
      ))}
    </dl>
  );
}

type Shown = readonly [name: string, count: number | string, look?: "bad" | "fair"];

function importCounts(entity: EntityExecution): readonly Shown[] {
  const { rowsRead, created, updated, unchanged, failed, unprocessed } = entity;
  return [
    ["Read", rowsRead],
    ["Created", created],
    ["Updated", updated],
    ["Unchanged", unchanged],
    failed > 0 ? ["Failed", failed, "bad"] : ["Failed", failed],
    unprocessed > 0 ? ["Unprocessed", unprocessed, "fair"] : ["Unprocessed", unprocessed],
    ["Duration", durationOf(entity)],
  ];
}

function exportCounts(entity: EntityExecution): readonly Shown[] {
  const { exported, deleted, refresh, filterFrom } = entity;
  const filters = { job: "Of the job", line: "Of the project" } as const;
  return [
    ["Exported", exported],
    ...(deleted === undefined ? [] : [["Reported gone", deleted] as const]),
    ...(refresh === undefined ? [] : [["Push", refresh === "full" ? "Full" : "Incremental"] as const]),
    ["Filter", filterFrom === undefined ? "None" : filters[filterFrom]],
    ["Duration", durationOf(entity)],
  ];
}

function durationOf({ startedAt, finishedAt }: EntityExecution): string {
  if (startedAt === undefined) return "–";
  if (finishedAt === undefined) return "Goes on";
  return durationText(Date.parse(finishedAt) - Date.parse(startedAt));
}
