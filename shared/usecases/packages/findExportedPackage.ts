import { DomainError } from "../../domain/errors.ts";
import { standingOf, whyEnded } from "../../domain/standing.ts";
import type { FoundRun } from "../watch/findRun.ts";

export interface ExportedPackage {
  /** Where it is, in the room of exports. */
  readonly name: string;
  /** What it is called for whoever fetches it. */
  readonly fileName: string;
}

/**
 * The package of an export that no job started; undefined as long as one may come. Throws `invalid` for a run of which none
 * comes any more.
 */
export function findExportedPackage({ message }: FoundRun): ExportedPackage | undefined {
  if (!message) throw none("its retention has ended");
  if (message.direction === "import") throw none("it imports");
  const { ownOrder, file } = message;
  if (!ownOrder) throw none("it is that of a recurring data job, whose clients dequeue it");
  if (file !== undefined) return { name: file, fileName: `${ownOrder.project}.zip` };
  const why = whyEnded(message);
  if (why === undefined && standingOf(message) === "inProcess") return undefined;
  throw none(why ?? "it ended without one");
}

function none(why: string): DomainError {
  return new DomainError("invalid", `The run has no package: ${why.replace(/\.$/, "")}.`);
}
