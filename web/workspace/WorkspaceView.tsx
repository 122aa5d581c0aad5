import { Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { JobList } from "./JobList.tsx";
import { ProjectList } from "./ProjectList.tsx";

const tabs = [
  { name: "jobs", text: "Recurring data jobs", content: () => <JobList /> },
  { name: "projects", text: "Data projects", content: () => <ProjectList /> },
];

/** Where everything begins: numbers that lead to what they count, projects, jobs, and what has run. */
export function Component() {
  return (
    <main className="view">
      <ViewHead title="Data management" />
      <Tabs label="Data management" tabs={tabs} />
    </main>
  );
}
