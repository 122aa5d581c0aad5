import type { ReactNode } from "react";
import { useParams } from "react-router";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import type { StoredJob } from "./form/useSaveJob.ts";
import { EnabledSwitch } from "./EnabledSwitch.tsx";
import { JobActions } from "./JobActions.tsx";
import { JobMessages } from "./messages/JobMessages.tsx";
import { Addresses } from "./tabs/Addresses.tsx";
import { Authorization } from "./tabs/Authorization.tsx";
import { JobHistory } from "./tabs/JobHistory.tsx";
import { Load } from "./tabs/Load.tsx";
import { Schedule } from "./tabs/Schedule.tsx";
import { Settings } from "./tabs/Settings.tsx";
import { useJob } from "./useJob.ts";
import "./jobs.css";

/** A recurring data job. */
export function Component() {
  const { activityId = "" } = useParams();
  const job = useJob(activityId);
  return (
    <main className="view">
      <Answered query={job} what="the job" title="Recurring data job">
        {(stored) => (
          <>
            <ViewHead
              title={stored.value.name}
              crumbs={[{ to: "/?tab=jobs", text: "Recurring data jobs" }]}
              actions={<JobActions stored={stored} activityId={activityId} />}
              facts={
                <>
                  <CopyText text={stored.value.activityId} what="the activity id" />
                  <EnabledSwitch job={stored.value} activityId={activityId} />
                </>
              }
            />
            {stored.value.description !== "" && <p className="prose">{stored.value.description}</p>}
            <Tabs label="Recurring data job" tabs={tabsOf(activityId, job, stored)} />
          </>
        )}
      </Answered>
    </main>
  );
}

function tabsOf(activityId: string, query: ReturnType<typeof useJob>, { value: job }: StoredJob) {
  const facts = { activityId, job };
  // A tab with a list says how old that is.
  const withAge = (content: ReactNode) => (
    <>
      <Freshness of={query} />
      {content}
    </>
  );
  return [
    { name: "messages", text: "Manage messages", content: () => <JobMessages {...facts} /> },
    { name: "addresses", text: "Addresses", content: () => withAge(<Addresses job={job} />) },
    { name: "schedule", text: "Schedule", content: () => <Schedule {...facts} /> },
    { name: "load", text: "Load", content: () => <Load {...facts} /> },
    { name: "authorization", text: "Authorization", content: () => withAge(<Authorization {...facts} />) },
    { name: "settings", text: "Settings", content: () => withAge(<Settings {...facts} />) },
    { name: "history", text: "History of changes", content: () => <JobHistory activityId={activityId} /> },
  ];
}
