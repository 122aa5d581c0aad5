import { type Referred, type Referrer, placesOf, referencesOf } from "../../domain/definitionReferences.ts";
import { foldName } from "../../domain/foldName.ts";
import type { Definition, DefinitionKind, Definitions, DefinitionTypes } from "../../ports/definitions.ts";
import type { Row, RowValues, Table } from "../ground/ground.ts";
import { inParallel } from "../../ports/inParallel.ts";
import { behind, sha256Key } from "../rows/keys.ts";
import { type KeyRange, firstRows, rangeBehind } from "../rows/rowPages.ts";

/** To be called otherwise when names are compared, or references written, in another way. */
const column = "refersTo";
const markDigits = 10;
/** A column holds 32,000 characters; what refers to more is asked by its body. */
const marksMax = 2_500;
const rowsAtOnce = 1_000;
/** What one page looks at; behind it the next one goes on, also when it found less than it may hold. */
const rowsMax = 5_000;
const bodiesAtOnceMax = 8;

/** What the row of a definition tells without its body of those that it refers to. */
export function referenceColumns<K extends DefinitionKind>(kind: K, value: DefinitionTypes[K]): RowValues {
  const referrer = toReferrer(kind, value);
  if (!referrer) return {};
  const marks = new Set(referencesOf(referrer).map(({ to }) => markOf(to)));
  return marks.size > marksMax ? {} : { [column]: [...marks].join(" ") };
}

/**
 * Whoever looks at a definition asks who refers to it: so the rows tell, a thousand in one call, and the bodies are read
 * of those alone that do. Rows of an earlier release do not, and their bodies are asked.
 */
export function referringDefinitions(
  table: Table,
  range: KeyRange,
  read: <K extends DefinitionKind>(kind: K, row: Row) => Promise<Definition<DefinitionTypes[K]>>,
): Pick<Definitions, "listReferring"> {
  async function referring(kind: DefinitionKind, rows: readonly Row[], to: Referred): Promise<readonly Row[]> {
    const values = await inParallel(rows, bodiesAtOnceMax, async (row) => (await read(kind, row)).value);
    const referrers = values.map((value) => toReferrer(kind, value));
    return rows.filter((_row, index) => {
      const referrer = referrers[index];
      return referrer !== undefined && placesOf(referrer, to).length > 0;
    });
  }

  return {
    async listReferring(kind, to, { limit, continuation }) {
      const mark = markOf(to);
      const found: Row[] = [];
      let rest = continuation === undefined ? range : rangeBehind(range, continuation);
      let end: string | undefined;
      for (let seen = 0; seen < rowsMax && found.length <= limit; seen += rowsAtOnce) {
        const rows = await firstRows(table, kind, rest, rowsAtOnce);
        const candidates = rows.filter((row) => mayRefer(row, mark));
        for (let at = 0; at < candidates.length && found.length <= limit; at += bodiesAtOnceMax) {
          found.push(...(await referring(kind, candidates.slice(at, at + bodiesAtOnceMax), to)));
        }
        end = rows.length < rowsAtOnce ? undefined : rows.at(-1)?.rowKey;
        if (end === undefined) break;
        rest = { ...rest, from: behind(end) };
      }
      const items = await inParallel(found.slice(0, limit), bodiesAtOnceMax, (row) => read(kind, row));
      const next = found.length > limit ? found[limit - 1]?.rowKey : end;
      return next === undefined ? { items } : { items, continuation: next };
    },
  };
}

/** A mark may be another name's too, and a row of an earlier release has none: then the body tells. */
function mayRefer({ values }: Row, mark: string): boolean {
  const told = values[column];
  return typeof told !== "string" || told.split(" ").includes(mark);
}

function markOf({ kind, name }: Referred): string {
  return sha256Key(`${kind} ${foldName(name.trim())}`).slice(0, markDigits);
}

/** As what refers to others; undefined for a kind that refers to none. */
function toReferrer<K extends DefinitionKind>(kind: K, value: DefinitionTypes[K]): Referrer | undefined {
  return isReferrer(kind) ? ({ kind, value } as Referrer) : undefined;
}

function isReferrer(kind: DefinitionKind): kind is Referrer["kind"] {
  return kind === "entity" || kind === "project" || kind === "job" || kind === "webhook";
}
