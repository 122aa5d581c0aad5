import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../domain/caller.ts";
import type { DataProject, Direction } from "../../domain/dataProject.ts";
import { DomainError, type ErrorCode } from "../../domain/errors.ts";
import { nameList } from "../../domain/nameList.ts";
import { packedFiles } from "../../domain/packedFiles.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import { openPackageZip } from "../../formats/zipReader.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import { requireForApplication } from "../access/authorizeProject.ts";
import { removeUnusedProject } from "../definitions/removeDefinition.ts";
import type { Saved } from "../definitions/saveDefinition.ts";
import { type ManifestSource, sourceOfPackage } from "../manifests/manifestSource.ts";
import { executionIdOf } from "../orders/requestedId.ts";
import { checkManifest, type CreationWish, isUsable, projectFromManifest } from "../manifests/projectFromManifest.ts";
import { readPackageManifest } from "../sources/openPackage.ts";
import type { RunWish } from "../runs/openProject.ts";
import type { SentPackage } from "./openSentPackage.ts";
import { isAnswering } from "./wasAccepted.ts";

interface ProjectWish {
  readonly name: string;
  /** What the caller calls the run that the project is for. */
  readonly requestedId: string | undefined;
  readonly overwrite: boolean;
  readonly direction: Direction;
}

export interface PackageProject extends Saved<DataProject> {
  /** The formats that the manifest names. */
  readonly formats: readonly string[];
}

/** So long a call that was cut off finds what it made; later it may have been at work for long, and its run forgotten. */
const cutOffMs = 60 * 60_000;

/** What another change in the same moment makes of a save. */
const raceCodes: ReadonlySet<ErrorCode> = new Set(["preconditionRequired", "preconditionFailed"]);

/**
 * The project by which a package is imported, or one like it exported: made of its manifest, or one that is there, with the lines that the manifest
 * makes of it. Throws `invalid`, in the words of the original, for one that is there and is not to be overwritten, and for
 * a package that no project can be made of. One that the same call made before it was cut off, within an hour, is new all the same.
 */
export async function projectOfPackage(
  ports: Ports,
  sent: SentPackage,
  { name, requestedId, overwrite, direction }: ProjectWish,
  by: Actor,
): Promise<PackageProject> {
  const source = await readSource(ports, sent, direction);
  const formats = source.manifest.lines.map((line) => line.sourceFormat);
  const madeFor = requestedId === undefined ? undefined : executionIdOf(requestedId);
  const saved = await untilWon(`Data project ${name}`, async () => {
    const found = await ports.definitions.find("project", name);
    if (found) await requireForApplication(ports, by, found.value);
    const isOwn = found !== undefined && isMadeFor(found, madeFor, by, ports.clock.now());
    if (found && !overwrite && !isOwn) throw isThere(found.value.name);
    const mark = madeFor !== undefined && (!found || isOwn) && { madeFor };
    try {
      const asked = { name: found?.value.name ?? name, source, direction, ...mark };
      const { definition, isNew } = await saveFrom(ports, asked, found, by);
      return { definition, isNew: isNew || isOwn };
    } catch (error) {
      if (error instanceof DomainError && raceCodes.has(error.code)) return lost;
      throw error;
    }
  });
  return { ...saved, formats };
}

function isMadeFor(found: Definition<DataProject>, madeFor: string | undefined, by: Actor, now: number): boolean {
  if (madeFor === undefined || found.madeFor !== madeFor || found.savedBy !== by.applicationId) return false;
  return now - found.savedAt < cutOffMs;
}

/** The same package again changes nothing, and so makes no new version. */
async function saveFrom(
  ports: Ports,
  asked: Omit<CreationWish, "formatsLike" | "leavesOut">,
  found: Definition<DataProject> | undefined,
  by: Actor,
): Promise<Saved<DataProject>> {
  const wish = { ...asked, formatsLike: [], leavesOut: false };
  if (found) {
    const { draft, etag } = await checkManifest(ports, wish);
    const makesNothing = draft.formats.length + draft.stylesheets.length === 0;
    const isSame = etag === found.etag && isDeepStrictEqual(draft.project, withoutSamples(found.value));
    if (isUsable(wish, draft) && makesNothing && isSame) return { definition: found, isNew: false };
  }
  return (await projectFromManifest(ports, wish, found && [found.etag], by)).saved;
}

/**
 * Takes back what was made for a call that was refused, unless somebody has changed or used it since, or the same call
 * goes on beside it.
 */
export async function removeMade(
  ports: Ports,
  made: PackageProject | undefined,
  wish: RunWish,
  by: Actor,
): Promise<void> {
  if (!made?.isNew || (await isAnswering(ports, wish))) return;
  const { value, etag } = made.definition;
  try {
    await removeUnusedProject(ports, value.name, [etag], by);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

function withoutSamples(project: DataProject): DataProject {
  return { ...project, lines: project.lines.map(({ sample: _sample, ...line }) => line) };
}

async function readSource(
  ports: Ports,
  { sizeBytes, read }: SentPackage,
  direction: Direction,
): Promise<ManifestSource> {
  try {
    const archive = await openPackageZip({ sizeBytes, read });
    const manifest = await readPackageManifest(archive, ports.startPace());
    // What is to be exported needs no file that is there already.
    if (direction === "import") {
      packedFiles(
        manifest,
        archive.entries.map((entry) => entry.name),
      );
    }
    return await sourceOfPackage(ports, archive, manifest);
  } catch (error) {
    throw error instanceof FormatError ? new DomainError("invalid", error.message) : error;
  }
}

function isThere(name: string): DomainError {
  const message = `The data project '${nameList([name])}' exists and overwrite has not been specified.`;
  return new DomainError("invalid", message);
}
