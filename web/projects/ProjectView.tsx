import { Badge } from "@fluentui/react-components";
import { Answered } from "../parts/Answered.tsx";
import { DefinitionHistory } from "../parts/definition/DefinitionHistory.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { type TabOf, Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { EntityCards } from "./EntityCards.tsx";
import { ProjectActions } from "./ProjectActions.tsx";
import { ProjectJobs } from "./ProjectJobs.tsx";
import { ProjectSettings } from "./ProjectSettings.tsx";
import { type Stored, useProject } from "../parts/project.ts";
import { Runs } from "./runs/Runs.tsx";
import { SequencePanel } from "./sequence/SequencePanel.tsx";

/** A data project: its entities, their order, and who runs it. */
export function ProjectView({ name }: { readonly name: string }) {
  const project = useProject(name);
  return (
    <main className="view">
      <ViewHead
        title={project.data?.value.name ?? name}
        crumbs={[{ to: "/?tab=projects", text: "Data projects" }]}
        facts={
          <>
            {project.data && (
              <Badge appearance="tint">{project.data.value.direction === "import" ? "Import" : "Export"}</Badge>
            )}
            <Freshness of={project} />
          </>
        }
        actions={project.data && <ProjectActions stored={project.data} />}
      />
      <Answered query={project} what="the data project">
        {(stored) => (
          <>
            {stored.value.description !== "" && <p className="prose">{stored.value.description}</p>}
            <Tabs label="Data project" tabs={tabsOf(stored)} />
          </>
        )}
      </Answered>
    </main>
  );
}

function named({ value: { name } }: Stored) {
  return { list: "projects", name } as const;
}

function tabsOf(stored: Stored): readonly TabOf[] {
  return [
    { name: "entities", text: "Entities", content: () => <EntityCards stored={stored} /> },
    { name: "sequence", text: "Sequence", content: () => <SequencePanel stored={stored} /> },
    { name: "runs", text: "Runs", content: () => <Runs project={stored.value} /> },
    { name: "jobs", text: "Recurring data jobs", content: () => <ProjectJobs project={stored.value} /> },
    { name: "settings", text: "Settings", content: () => <ProjectSettings stored={stored} /> },
    { name: "history", text: "History of changes", content: () => <DefinitionHistory {...named(stored)} /> },
  ];
}
