import type { Line, Stored } from "../../parts/project.ts";
import type { Entity } from "../../parts/useNames.ts";

/** What a panel is about: an entity in a project. */
export interface PanelProps {
  readonly stored: Stored;
  readonly line: Line;
  readonly entity: Entity;
}
