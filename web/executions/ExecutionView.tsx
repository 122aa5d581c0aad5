import { Badge } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ownerOf, PageLink, viewOf } from "../parts/PageLink.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { durationText, Time } from "../parts/Time.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { RunBadge } from "../parts/run/runColumns.tsx";
import { Entities } from "./Entities.tsx";
import { Errors } from "./Errors.tsx";
import { ExecutionActs } from "./ExecutionActs.tsx";
import "./executions.css";
import { ExecutionLog } from "./ExecutionLog.tsx";
import { Staging } from "./Staging.tsx";

type Execution = Schemas["Execution"];

/** One run of a project: what became of each entity, its log, and its rows in staging. */
export function Component() {
  const { id = "" } = useParams();
  const api = useApi();
  const execution = useQuery({
    queryKey: ["executions", id],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/executions/{id}", { params: { path: { id } }, signal })),
  });
  return (
    <main className="view">
      <Answered query={execution} what="the execution" title="Execution">
        {(value) => (
          <>
            <ViewHead
              title={`Execution of ${value.project}`}
              crumbs={[ownerOf(value), { to: viewOf("messages", value.messageId), text: "Message" }]}
              facts={
                <>
                  <RunBadge state={value.state} />
                  <CopyText text={value.id} what="the execution id" />
                  <Freshness of={execution} />
                </>
              }
              actions={<ExecutionActs execution={value} />}
            />
            <Facts execution={value} />
            <Tabs label="Execution" tabs={tabsOf(value)} />
          </>
        )}
      </Answered>
    </main>
  );
}

function tabsOf(execution: Execution) {
  const hasStaging = execution.entities.some(({ links }) => links["staging"] !== undefined);
  return [
    { name: "entities", text: "Entities", content: () => <Entities execution={execution} /> },
    { name: "errors", text: "Errors", content: () => <Errors executionId={execution.id} /> },
    { name: "log", text: "Execution log", content: () => <ExecutionLog execution={execution} /> },
    ...(hasStaging ? [{ name: "staging", text: "Staging", content: () => <Staging execution={execution} /> }] : []),
  ];
}

function Facts({ execution }: { readonly execution: Execution }) {
  const { direction, project, projectVersion, startedAt, finishedAt, attempt, rejectedRowsOf, stagedRowsOf, canceled } =
    execution;
  const lasted = finishedAt === undefined ? undefined : Date.parse(finishedAt) - Date.parse(startedAt);
  return (
    <div className="facts">
      <Badge appearance="tint">{direction === "import" ? "Import" : "Export"}</Badge>
      <span>
        Project{" "}
        <PageLink to={viewOf("projects", project)}>
          <bdi>{project}</bdi>
        </PageLink>
        , version {projectVersion}
      </span>
      <span>
        Started <Time at={startedAt} />
      </span>
      <span>{lasted === undefined ? "Goes on" : `Took ${durationText(lasted)}`}</span>
      {attempt > 1 && <span>Attempt {attempt}</span>}
      {canceled && (
        <span>
          Canceled <Time at={canceled.at} /> by <bdi>{canceled.person?.name ?? canceled.applicationId}</bdi>
        </span>
      )}
      {rejectedRowsOf !== undefined && (
        <span>
          Of the rejected rows of <PageLink to={viewOf("executions", rejectedRowsOf)}>an earlier execution</PageLink>
        </span>
      )}
      {stagedRowsOf !== undefined && (
        <span>
          Of the staged rows of <PageLink to={viewOf("executions", stagedRowsOf)}>an earlier execution</PageLink>
        </span>
      )}
    </div>
  );
}
