import type { Actor } from "../../domain/caller.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import { DomainError, type MemberError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { changeDefinitions } from "../definitions/changeDefinitions.ts";
import { findReplaced, type IfMatch, type Saved, writeDefinition } from "../definitions/saveDefinition.ts";
import { projectRules, writeProject } from "../definitions/saveProject.ts";
import { type DraftLine, draftProject, type ManifestWish, type ProjectDraft } from "./draftProject.ts";
import { foreseen } from "./judgeDraft.ts";

export interface CreationWish extends ManifestWish {
  /** Whether lines that have problems are left out; otherwise nothing is made as long as there is one. */
  readonly leavesOut: boolean;
  /** The execution for whose request the project is made, where it is for one. */
  readonly madeFor?: string;
}

export interface DraftedProject {
  readonly draft: ProjectDraft;
  /** What a project of the name is known by, where there is one. */
  readonly etag: string | undefined;
}

/** What a manifest would become in this moment; nothing is stored. */
export async function checkManifest(ports: Ports, wish: ManifestWish): Promise<DraftedProject> {
  const replaced = await ports.definitions.find("project", wish.name);
  return { draft: await draftProject(ports, wish, replaced?.value), etag: replaced?.etag };
}

/**
 * Makes a project of a manifest, with the formats and stylesheets that it needs, or replaces the lines of the one that
 * `ifMatch` names. All is judged before the first write, as it is at that moment; throws `invalid` with every problem.
 * Should it end half way, formats or stylesheets are there that a repetition takes as they are.
 */
export async function projectFromManifest(
  ports: Ports,
  wish: CreationWish,
  ifMatch: IfMatch,
  by: Actor,
): Promise<{ readonly saved: Saved<DataProject>; readonly draft: ProjectDraft }> {
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "project", wish.name, ifMatch);
    const draft = await draftProject(ports, wish, replaced?.value);
    requireUsable(wish, draft);
    const after = foreseen(ports, draft);
    await projectRules.requireSound(after, draft.project);
    const next = await projectRules.requireFits(after, draft.project, replaced);
    for (const format of draft.formats) {
      await writeDefinition(ports, turn, "format", format.name, format, undefined, by);
    }
    for (const stylesheet of draft.stylesheets) {
      await writeDefinition(ports, turn, "stylesheet", stylesheet.name, stylesheet, undefined, by);
    }
    const { madeFor } = wish;
    const saver = { ...by, ...(madeFor !== undefined && { madeFor }) };
    return { saved: await writeProject(ports, turn, next, replaced, saver), draft };
  });
}

/** Whether a project can be made of the draft. */
export function isUsable({ leavesOut }: Pick<CreationWish, "leavesOut">, draft: ProjectDraft): boolean {
  return draft.problems.length === 0 && draft.project.lines.length > 0 && (leavesOut || !draft.lines.some(hasProblem));
}

function hasProblem({ problems }: DraftLine): boolean {
  return problems.length > 0;
}

const problemsMax = 100;

function requireUsable(wish: CreationWish, draft: ProjectDraft): void {
  if (isUsable(wish, draft)) return;
  const members: readonly MemberError[] = [
    ...draft.problems.map(({ member, message }) => ({ path: member, message })),
    ...draft.lines.flatMap(({ problems }, index) =>
      problems.map(({ member, message }) => ({ path: `PackageEntityList[${index}].${member}`, message })),
    ),
  ];
  const first = members[0]?.message ?? "Manifest.xml leaves no line that a project could be made of.";
  const more = members.length > 1 ? ` (and ${members.length - 1} more)` : "";
  throw new DomainError("invalid", `${first}${more}`, members.slice(0, problemsMax));
}
