import { memberPart } from "./memberPart.ts";
import type { Project } from "../parts/project.ts";

export type ProjectSettingsOf = Pick<Project, "description" | "execute" | "timeZone">;

export function settingsOf({ description, execute, timeZone }: ProjectSettingsOf): ProjectSettingsOf {
  return { description, execute, ...(timeZone !== undefined && { timeZone }) };
}

const labels = { description: "Description", execute: "Into the entities", timeZone: "Time zone" };

/** What a project says of itself, as a part of it. */
export const projectSettingsPart = memberPart<ProjectSettingsOf>(
  {
    what: "The project",
    read: settingsOf,
    write: ({ timeZone: _before, ...project }, settings) => {
      return { ...project, ...settings, lines: linesFor(project, settings) };
    },
  },
  (key, settings) => ({
    label: labels[key],
    content: key === "execute" ? (settings.execute ? "Yes" : "No, into staging only") : settings[key],
  }),
);

/** Where a project stops in front of its entities, the rows of each line must stay in staging. */
function linesFor(
  { lines, direction }: Pick<Project, "lines" | "direction">,
  { execute }: ProjectSettingsOf,
): Project["lines"] {
  return execute || direction === "export" ? lines : lines.map((line) => ({ ...line, skipStaging: false }));
}
