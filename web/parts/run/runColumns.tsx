import { Badge, type BadgeProps } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import type { Column } from "../DataTable.tsx";
import { countText } from "../figures.ts";
import { JobLink } from "../JobLink.tsx";
import { PageLink, viewOf } from "../PageLink.tsx";
import { durationText, Time } from "../Time.tsx";

export type Run = Schemas["ExecutionSummary"];

/** As the page calls the states of a run; colour says how it is, the words say it as well. */
export const runStates: Readonly<
  Record<Run["state"], readonly [text: string, color: NonNullable<BadgeProps["color"]>]>
> = {
  waiting: ["Waiting", "informative"],
  running: ["Running", "informative"],
  finished: ["Succeeded", "success"],
  finishedWithErrors: ["With errors", "warning"],
  failed: ["Failed", "danger"],
  canceled: ["Canceled", "warning"],
};

/** How a run stands. */
export function RunBadge({ state }: Pick<Run, "state">) {
  const [text, color] = runStates[state];
  return (
    <Badge appearance="tint" color={color}>
      {text}
    </Badge>
  );
}

const total = (run: Run, count: "rowsRead" | "succeeded" | "failed" | "exported"): string =>
  countText(run.entities.reduce((sum, entity) => sum + entity[count], 0));

export const runColumns: readonly Column<Run>[] = [
  {
    name: "Begun",
    width: "12rem",
    cell: ({ id, startedAt }) => (
      <PageLink to={viewOf("executions", id)}>
        <Time at={startedAt} />
      </PageLink>
    ),
  },
  {
    name: "State",
    width: "8rem",
    cell: ({ state }) => <RunBadge state={state} />,
  },
  {
    name: "Project",
    width: "minmax(10rem, 1fr)",
    cell: ({ project }) => (
      <PageLink to={viewOf("projects", project)}>
        <bdi>{project}</bdi>
      </PageLink>
    ),
  },
  {
    name: "Job",
    width: "minmax(10rem, 1fr)",
    cell: (row) => <JobLink {...row} />,
  },
  {
    name: "Entities",
    width: "minmax(10rem, 1fr)",
    cell: ({ entities }) => <bdi>{entities.map(({ entity }) => entity).join(", ")}</bdi>,
  },
  {
    name: "Records",
    width: "7rem",
    isNumber: true,
    cell: (run) => total(run, run.direction === "import" ? "rowsRead" : "exported"),
  },
  { name: "Failed records", width: "8rem", isNumber: true, cell: (run) => total(run, "failed") },
  {
    name: "Duration",
    width: "7rem",
    isNumber: true,
    cell: ({ startedAt, finishedAt }) =>
      finishedAt === undefined ? "–" : durationText(Date.parse(finishedAt) - Date.parse(startedAt)),
  },
  {
    name: "Why it ended early",
    width: "minmax(14rem, 2fr)",
    cell: ({ failure }) => <span className="prose">{failure}</span>,
  },
];
