import { ForManagers } from "../parts/Me.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { Draining } from "./Draining.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { History } from "./History.tsx";
import { JobList } from "./JobList.tsx";
import { ProjectList } from "./ProjectList.tsx";
import { Tiles } from "./Tiles.tsx";
import "./workspace.css";

const tabs = [
  { name: "jobs", text: "Recurring data jobs", content: () => <JobList /> },
  { name: "projects", text: "Data projects", content: () => <ProjectList /> },
  { name: "history", text: "Job history", content: () => <History /> },
];

/** Where everything begins: numbers that lead to what they count, projects, jobs, and what has run. */
export function Component() {
  return (
    <main className="view">
      <ViewHead
        title="Data management"
        actions={
          <ForManagers>
            <nav className="row" aria-label="Begin">
              <PageLink to="/projects/new?direction=import">Import</PageLink>
              <PageLink to="/projects/new?direction=export">Export</PageLink>
              <PageLink to="/start">From a file to a running job</PageLink>
            </nav>
          </ForManagers>
        }
      />
      <Draining />
      <FirstSteps />
      <Tiles />
      <Tabs label="Data management" tabs={tabs} />
    </main>
  );
}
