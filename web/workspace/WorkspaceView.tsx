import { ForManagers } from "../parts/Me.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { JobList } from "./JobList.tsx";
import { ProjectList } from "./ProjectList.tsx";
import "./workspace.css";

const tabs = [
  { name: "jobs", text: "Recurring data jobs", content: () => <JobList /> },
  { name: "projects", text: "Data projects", content: () => <ProjectList /> },
];

/** Where everything begins: numbers that lead to what they count, projects, jobs, and what has run. */
export function Component() {
  return (
    <main className="view">
      <ViewHead
        title="Data management"
        actions={
          <ForManagers>
            <PageLink to="/start">From a file to a running job</PageLink>
          </ForManagers>
        }
      />
      <FirstSteps />
      <Tabs label="Data management" tabs={tabs} />
    </main>
  );
}
