import { type DataProject, isOpenTo } from "../../domain/dataProject.ts";
import type { Definition, Definitions } from "../../ports/definitions.ts";
import { inParallel } from "../../ports/inParallel.ts";
import type { Row, RowValues, Table } from "../ground/ground.ts";
import { behind } from "../rows/keys.ts";
import { type KeyRange, firstRows, rangeBehind } from "../rows/rowPages.ts";

const column = "openTo";
const everybody = "*";
const rowsAtOnce = 1_000;
/** More projects than any system has. */
const readsMax = 1_000;
const bodiesAtOnceMax = 8;

/** What the row of a project tells without its body of those that may use it. */
export function openToColumns({ applications = [] }: DataProject): RowValues {
  const enabled = applications.filter(({ isEnabled }) => isEnabled).map(({ applicationId }) => applicationId);
  return { [column]: applications.length === 0 ? everybody : enabled.join(" ") };
}

/**
 * The rows tell which projects an application may use, a thousand in one call, so that as many as there may be of others lie
 * between two of its own, and no page has to end at one of those. Rows of an earlier release do not: their bodies are asked.
 */
export function openProjects(
  table: Table,
  range: KeyRange,
  read: (row: Row) => Promise<Definition<DataProject>>,
): Pick<Definitions, "listOpenProjects"> {
  async function isOpen(row: Row, applicationId: string): Promise<boolean> {
    const { [column]: told } = row.values;
    if (typeof told !== "string") return isOpenTo((await read(row)).value, applicationId);
    return told === everybody || told.split(" ").includes(applicationId);
  }

  /** So many of them, fewer only when there are no more. */
  async function firstOpen(applicationId: string, from: KeyRange, count: number): Promise<readonly Row[]> {
    const found: Row[] = [];
    let rest = from;
    for (let reads = 0; reads < readsMax; reads++) {
      const wanted = reads === 0 ? count : rowsAtOnce;
      const rows = await firstRows(table, "project", rest, wanted);
      const open = await inParallel(rows, bodiesAtOnceMax, (row) => isOpen(row, applicationId));
      found.push(...rows.filter((_row, index) => open[index]));
      const last = rows.at(-1);
      if (found.length >= count || rows.length < wanted || !last) return found;
      rest = { ...rest, from: behind(last.rowKey) };
    }
    throw new Error(`The open projects were not found after ${readsMax} reads.`);
  }

  return {
    async listOpenProjects(applicationId, { limit, continuation }) {
      const rest = continuation === undefined ? range : rangeBehind(range, continuation);
      const rows = await firstOpen(applicationId, rest, limit + 1);
      const items = await inParallel(rows.slice(0, limit), bodiesAtOnceMax, read);
      const last = rows[limit - 1];
      return rows.length > limit && last ? { items, continuation: last.rowKey } : { items };
    },
  };
}
