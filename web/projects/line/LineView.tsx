import { Badge } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { useParams } from "react-router";
import "../projects.css";
import { Answered } from "../../parts/Answered.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Freshness } from "../../parts/Freshness.tsx";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { ViewHead } from "../../parts/ViewHead.tsx";
import { FilterPanel } from "../filter/FilterPanel.tsx";
import { MapPanel } from "../map/MapPanel.tsx";
import { type Line, lineOf, useProject } from "../../parts/project.ts";
import { SamplePanel } from "../sample/SamplePanel.tsx";
import { LineSettingsPanel } from "../settings/LineSettingsPanel.tsx";
import { Transformations } from "../transformations/Transformations.tsx";
import { useEntity } from "../../parts/useNames.ts";
import type { PanelProps } from "./panelProps.ts";
import { type PanelName, panelsOf } from "./panels.ts";

const contents: Readonly<Record<PanelName, (props: PanelProps) => ReactNode>> = {
  map: (props) => <MapPanel {...props} />,
  transformations: (props) => <Transformations {...props} />,
  filter: (props) => <FilterPanel {...props} />,
  sample: (props) => <SamplePanel {...props} />,
  settings: (props) => <LineSettingsPanel {...props} />,
};

/** An entity in a data project: its map, transformations, filter, sample and settings. */
export function Component() {
  const { name = "", entity = "" } = useParams();
  const project = useProject(name);
  const stored = project.data;
  const there = stored && lineOf(stored.value, entity);
  const line = useKept(there, `${name} ${entity}`);
  return (
    <main className="view" key={`${name} ${entity}`}>
      <ViewHead
        title={line?.entity ?? entity}
        crumbs={[
          { to: "/?tab=projects", text: "Data projects" },
          { to: viewOf("projects", name), text: stored?.value.name ?? name },
        ]}
        facts={
          <>
            {line && <Badge appearance="tint">{line.format}</Badge>}
            {line && !there && (
              <Badge appearance="tint" color="warning">
                Not in the project any more
              </Badge>
            )}
            {line && !line.isEnabled && <Badge appearance="outline">Disabled</Badge>}
            <Freshness of={project} />
          </>
        }
        actions={line && <PageLink to={viewOf("entities", line.entity)}>Entity</PageLink>}
      />
      <Answered query={project} what="the data project">
        {(found) =>
          line ? (
            <Panels stored={found} line={line} />
          ) : (
            <Empty title="The project has no such entity">
              Go to <PageLink to={viewOf("projects", name)}>{name}</PageLink> and add it, or look at the others.
            </Empty>
          )
        }
      </Answered>
    </main>
  );
}

/** What somebody takes out meanwhile stays in sight, with what is typed there. */
function useKept(line: Line | undefined, key: string): Line | undefined {
  const [kept, keep] = useState({ key, line });
  if (kept.key !== key || (line && line !== kept.line)) keep({ key, line });
  return line ?? (kept.key === key ? kept.line : undefined);
}

function Panels({ stored, line }: Omit<PanelProps, "entity">) {
  const entity = useEntity(line.entity);
  return (
    <Answered query={entity} what="the data entity">
      {(found) => (
        <Tabs
          label="Entity in the project"
          tabs={panelsOf(stored.value.direction).map(({ name, text }) => ({
            name,
            text,
            content: () => contents[name]({ stored, line, entity: found }),
          }))}
        />
      )}
    </Answered>
  );
}
