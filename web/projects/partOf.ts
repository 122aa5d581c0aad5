import type { VersionRow } from "../parts/BothVersions.tsx";
import type { Project } from "../parts/project.ts";

/** What one form changes of a project. */
export interface PartOf<P> {
  /** "The field map". */
  readonly what: string;
  /** Undefined where the project has no such part any more. */
  readonly read: (project: Project) => P | undefined;
  readonly write: (project: Project, part: P) => Project;
  /** Puts what the part belongs to back as the draft has it, where somebody took it out; absent where nobody can. */
  readonly restore?: (project: Project, draft: Project) => Project;
  /** Where two versions do not agree. */
  readonly compare: (base: P, mine: P, theirs: P) => readonly VersionRow[];
  readonly merge: (mine: P, theirs: P, fromTheirs: ReadonlySet<string>) => P;
}
