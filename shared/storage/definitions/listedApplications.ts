import type { RecurringJob } from "../../domain/recurringJob.ts";
import type { Clock } from "../../ports.ts";
import type { Row, RowValues, Table } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { firstRows, type KeyRange } from "../rows/rowPages.ts";
import type { DefinitionBodies } from "./definitionBodies.ts";

const freshMs = 5_000;
const jobsMax = 20_000;
const bodiesAtOnceMax = 8;
const column = "applications";

export interface ListedApplications {
  /** The application ids that any job has enabled, as they were at most five seconds ago. */
  find(): Promise<ReadonlySet<string>>;
  /** The next call looks anew. */
  forget(): void;
}

/** What the row of a job tells without its body. */
export function applicationColumns({ applications }: RecurringJob): RowValues {
  const enabled = applications.filter(({ isEnabled }) => isEnabled);
  return { [column]: enabled.map(({ applicationId }) => applicationId).join(" ") };
}

/**
 * Anybody with a token may ask whether some job lists him, and as often as he likes: so the rows of the jobs tell it, a
 * thousand in one call, and one look serves all who ask within some seconds.
 */
export function listedApplications(
  table: Table,
  bodies: DefinitionBodies,
  clock: Clock,
  range: KeyRange,
): ListedApplications {
  let held: { readonly at: number; readonly found: Promise<ReadonlySet<string>> } | undefined;
  // Rows of an earlier release have no such column; what their bodies say never changes.
  const ofBodies = new Map<string, readonly string[]>();

  async function read(row: Row): Promise<readonly string[]> {
    const { [column]: listed, revision = "" } = row.values;
    if (typeof listed === "string") return listed.split(" ");
    const key = `${row.rowKey}/${String(revision)}`;
    const known = ofBodies.get(key) ?? namesOf(await bodies.find("job", row.rowKey, String(revision)));
    if (ofBodies.size < jobsMax) ofBodies.set(key, known);
    return known;
  }

  async function readAll(): Promise<ReadonlySet<string>> {
    const rows = await firstRows(table, "job", range, jobsMax);
    return new Set((await inParallel(rows, bodiesAtOnceMax, read)).flat());
  }

  const forget = (): void => void (held = undefined);
  return {
    forget,
    async find() {
      const now = clock.now();
      if (!held || now >= held.at + freshMs) {
        const next = { at: now, found: readAll() };
        next.found.catch(() => held === next && forget());
        held = next;
      }
      return held.found;
    },
  };
}

function namesOf(job: RecurringJob | undefined): readonly string[] {
  return job ? String(applicationColumns(job)[column]).split(" ") : [];
}
