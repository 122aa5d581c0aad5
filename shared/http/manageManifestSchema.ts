import { z } from "zod";
import { DomainError } from "../domain/errors.ts";
import type { ManifestNote } from "../domain/manifestLine.ts";
import type { DraftLine, ProjectDraft } from "../usecases/manifests/draftProject.ts";
import { nameMember } from "./manageMembers.ts";
import { lineAnswer } from "./manageProjectSchema.ts";
import { readName } from "./manageRequest.ts";
import type { ServiceRequest } from "./request.ts";
import { asAnswer } from "./schemaNames.ts";

const shownCharactersMax = 255;

const note = asAnswer(
  "ManifestNote",
  z.strictObject({
    member: z.string().meta({ description: "As the manifest calls it, such as EntityMapList." }),
    message: z.string(),
  }),
);
const notes = z.array(note);

const manifestLine = asAnswer(
  "ManifestLine",
  z.strictObject({
    entityName: z.string().meta({ description: "The label in the manifest." }),
    targetEntity: z.string().exactOptional().meta({ description: "The AOT name in the manifest." }),
    sourceFormat: z.string(),
    inputFilePath: z.string().meta({ description: "The data file in the package." }),
    isEnabled: z.boolean(),
    line: lineAnswer.exactOptional().meta({ description: "What it becomes; absent where no line can be made of it." }),
    problems: notes.meta({ description: "Why the project cannot have the line as the manifest says it." }),
    warnings: notes.meta({ description: "What is done otherwise here, or not at all." }),
  }),
);

const missingFormat = asAnswer(
  "MissingFormat",
  z.strictObject({
    name: z.string(),
    likely: z.string().meta({ description: "The built-in format that it is most likely like." }),
    like: z.string().exactOptional().meta({ description: "The one that it is made like, as formatLike says." }),
  }),
);

export const manifestAnswer = asAnswer(
  "ManifestProject",
  z.strictObject({
    project: z.string(),
    definitionGroupName: z.string().meta({ description: "What the manifest calls the project." }),
    description: z.string(),
    isValid: z.boolean().meta({ description: "Whether the project can be made so." }),
    exists: z.boolean().meta({ description: "Whether a project of the name is there, whose lines are replaced." }),
    lines: z.array(manifestLine).meta({ description: "Of the manifest, in its order." }),
    missingFormats: z.array(missingFormat),
    stylesheets: z.array(z.string()).meta({ description: "Stylesheets that are made beside the project." }),
    removed: z.array(z.string()).meta({ description: "Entities of a replaced project for which no line is made." }),
    problems: notes.meta({ description: "Of the manifest as a whole." }),
    warnings: notes,
  }),
);

/** Names of the query of both routes. */
export const manifestQuery = {
  formatLike: "Once for each missing source data format: its name, =, and the format that it is made like.",
  leaveOut: "true: lines that have problems are left out; otherwise nothing is made as long as one has any.",
};

/** What the address and the query say of the project. */
export function readManifestWish(request: Pick<ServiceRequest, "url" | "params">) {
  const named = nameMember.safeParse(readName(request));
  if (!named.success) throw new DomainError("invalid", "name: " + (named.error.issues[0]?.message ?? "is invalid"));
  const query = new URL(request.url).searchParams;
  const leaveOut = query.get("leaveOut")?.toLowerCase() ?? "false";
  if (leaveOut !== "true" && leaveOut !== "false") {
    const message = "Either true or false.";
    throw new DomainError("invalid", `leaveOut: ${message}`, [{ path: "leaveOut", message }]);
  }
  return { name: named.data, formatsLike: query.getAll("formatLike"), leavesOut: leaveOut === "true" };
}

interface Shown {
  readonly isValid: boolean;
  readonly exists: boolean;
  readonly definitionGroupName: string;
}

export function toManifestView(draft: ProjectDraft, shown: Shown): z.output<typeof manifestAnswer> {
  const { project, lines, missingFormats, stylesheets, removed, problems, warnings } = draft;
  return {
    project: project.name,
    ...shown,
    definitionGroupName: cut(shown.definitionGroupName),
    description: project.description,
    lines: lines.map(toLineView),
    missingFormats: missingFormats.map((format) => ({ ...format })),
    stylesheets: stylesheets.map(({ name }) => name),
    removed: [...removed],
    problems: toNotes(problems),
    warnings: toNotes(warnings),
  };
}

function toLineView({ packageLine, line, problems, warnings }: DraftLine): z.output<typeof manifestLine> {
  const { entityName, targetEntity, sourceFormat, inputFilePath, isDisabled } = packageLine;
  const shown = line && lineAnswer.parse({ skipStaging: true, ...line });
  return {
    entityName: cut(entityName),
    ...(targetEntity !== null && { targetEntity: cut(targetEntity) }),
    sourceFormat: cut(sourceFormat),
    inputFilePath: cut(inputFilePath),
    isEnabled: isDisabled !== true,
    ...(shown && { line: shown }),
    problems: toNotes(problems),
    warnings: toNotes(warnings),
  };
}

/** A manifest may hold texts of any length. */
function cut(text: string): string {
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax).toWellFormed()}…` : text;
}

function toNotes(from: readonly ManifestNote[]): z.output<typeof notes> {
  return from.map((each) => ({ ...each }));
}
