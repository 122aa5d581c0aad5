import { viewOf } from "../../parts/PageLink.tsx";
import type { Project } from "../../parts/project.ts";

export type PanelName = "map" | "transformations" | "filter" | "sample" | "settings";

interface Panel {
  readonly name: PanelName;
  readonly text: string;
  readonly only?: Project["direction"];
}

const panels: readonly Panel[] = [
  { name: "map", text: "View map" },
  { name: "transformations", text: "Transformations", only: "import" },
  { name: "filter", text: "Filter", only: "export" },
  { name: "sample", text: "Sample", only: "import" },
  { name: "settings", text: "Settings" },
];

/** What can be opened of an entity in a project of that direction. */
export function panelsOf(direction: Project["direction"]): readonly Panel[] {
  return panels.filter(({ only }) => only === undefined || only === direction);
}

export function panelView(project: string, entity: string, panel: PanelName): string {
  const view = viewOf("projects", project, "lines", entity);
  return panel === "map" ? view : `${view}?tab=${panel}`;
}
