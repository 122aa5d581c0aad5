import type { Actor } from "../../domain/caller.ts";
import { DomainError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import { importNow } from "../runs/importNow.ts";
import type { ImportWish } from "../runs/openImports.ts";
import type { StartedRun } from "../runs/startedRun.ts";
import { openSentPackage, type SentPackage } from "./openSentPackage.ts";
import { projectOfPackage, removeMade } from "./projectOfPackage.ts";
import { wasAccepted } from "./wasAccepted.ts";

/** What somebody asks of one import of a package that stands in storage. */
export interface PackageWish extends Omit<ImportWish, "source"> {
  /** As it was given out. */
  readonly packageUrl: string;
  /** Whether the lines of a project that is there are replaced by those of the package. */
  readonly overwrite: boolean;
}

/**
 * Imports a package by a project that is made of its manifest, or whose lines are; answers when it is accepted and checked,
 * and waits for none of the work. Its bytes are copied to where no address leads. What cannot be imported leaves no project
 * behind that was not there. A repeat under the same execution id answers the same run.
 */
export async function importPackage(ports: Ports, wish: PackageWish, by: Actor): Promise<StartedRun> {
  const { packageUrl, overwrite, ...run } = wish;
  const sent = await openSentPackage(ports, by, packageUrl);
  const isRepeat = await wasAccepted(ports, wish);
  const { project: name, requestedId } = wish;
  const asked = { name, requestedId, overwrite, direction: "import" } as const;
  const made = isRepeat ? undefined : await projectOfPackage(ports, sent, asked, by);
  const judged = made && { judged: { revision: made.definition.revision, formats: made.formats } };
  try {
    return await importNow(ports, { ...run, ...judged, source: "package" }, uploadOf(ports, sent, by), by);
  } catch (error) {
    if (error instanceof DomainError) await removeMade(ports, made, wish, by);
    throw error;
  }
}

function uploadOf({ settings }: Ports, { sizeBytes, read }: SentPackage, { applicationId }: Actor) {
  return {
    applicationId,
    entity: undefined,
    company: undefined,
    externalIdentifier: undefined,
    idempotencyKey: undefined,
    declaredBytes: sizeBytes,
    sizeBytesMax: settings.uploadBytesMax,
    body: read(),
  };
}
