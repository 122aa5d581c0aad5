import { foldName } from "../../domain/foldName.ts";
import type { RecordLines } from "../../domain/recordLines.ts";
import type { UpsertCommit } from "../../ports/entityStore.ts";
import { type Sieve, SievedInVain } from "../../ports/sieve.ts";
import { advance, columnsAt, lineCursor, load } from "../segments/lineCursor.ts";
import type { FooterSource, LinePart } from "../segments/lineParts.ts";
import {
  areColumnsSame,
  isSameList,
  isSamePlan,
  newPrint,
  type Printer,
  type PrintPlan,
  printWords,
} from "../segments/prints.ts";
import { addPrint, closeTable, isStored, meet, printTable, type PrintTable } from "../segments/printTable.ts";
import { partsOf, printerFor } from "./layers.ts";
import type { StoreGround } from "./limits.ts";
import type { Manifest } from "./manifest.ts";

/**
 * A sieve for records of the commit's columns; undefined where some that are stored have no hashes, or hashes of other
 * columns, where there are too many of them for memory, and where there are none.
 */
export async function openSieve(
  ground: StoreGround,
  footerOf: FooterSource,
  { prints: plan, layers, columns, seq }: Manifest,
  commit: Pick<UpsertCommit, "columns" | "keyColumns">,
): Promise<Sieve | undefined> {
  const lineCount = layers.flatMap(({ segments }) => segments).reduce((sum, segment) => sum + segment.lineCount, 0);
  if (!plan || lineCount === 0 || lineCount > ground.limits.sievedLinesMax) return undefined;
  if (!areColumnsSame(commit.columns, columns) || !isSameList(commit.keyColumns.map(foldName), plan.keyColumns))
    return undefined;
  const known: Known = { plan, columns, print: printerFor(plan, columns), table: printTable(lineCount) };
  let isKnown = false;
  try {
    isKnown = await addParts(ground, known, partsOf(ground, footerOf, layers).flat());
    return isKnown ? sieveOf(known, seq) : undefined;
  } finally {
    if (!isKnown) closeTable(known.table);
  }
}

async function addParts(ground: StoreGround, known: Known, parts: readonly LinePart[]): Promise<boolean> {
  for (const part of parts) if (!(await addPart(ground, known, part))) return false;
  return true;
}

interface Known {
  readonly plan: PrintPlan;
  readonly columns: readonly string[];
  readonly print: Printer;
  readonly table: PrintTable;
}

/** False where its lines' hashes are not to be had. */
async function addPart(ground: StoreGround, known: Known, part: LinePart): Promise<boolean> {
  if (!part.openPrints) return addLines(known, part);
  const open = await part.openPrints();
  if (!open || !isSamePlan(open.plan, known.plan) || !areColumnsSame(open.columns, known.columns)) return false;
  const pace = ground.startPace();
  for (const frame of open.frames.keys()) {
    const prints = await open.readPrints(frame);
    for (let at = 0; at < prints.length; at += printWords) addPrint(known.table, prints, at);
    if (pace.isOver()) await pace.rest();
  }
  return true;
}

/** Of a part that is so small that none are stored. */
async function addLines({ columns, print, table }: Known, part: LinePart): Promise<boolean> {
  const cursor = lineCursor([part], -1);
  const own = newPrint();
  await load(cursor);
  if (!areColumnsSame(columnsAt(cursor), columns)) return false;
  while (!cursor.isOver) {
    print(cursor.bytes, cursor.start, cursor.end, own, 0);
    addPrint(table, own, 0);
    if (!advance(cursor)) await load(cursor);
  }
  return true;
}

function sieveOf({ print, table }: Known, seq: number): Sieve {
  const own = newPrint();
  let passed: RecordLines = { bytes: Buffer.alloc(0), count: 0, starts: new Uint32Array(0), ends: new Uint32Array(0) };
  let heldBack = 0;
  return {
    seq,
    countStored({ bytes, count, starts, ends }) {
      let stored = 0;
      for (let index = 0; index < count; index += 1) {
        print(bytes, starts[index]!, ends[index]!, own, 0);
        if (isStored(table, own)) stored += 1;
      }
      return stored;
    },
    passOn({ bytes, count, starts, ends }) {
      if (passed.starts.length < count)
        passed = { ...passed, starts: new Uint32Array(count), ends: new Uint32Array(count) };
      let kept = 0;
      for (let index = 0; index < count; index += 1) {
        print(bytes, starts[index]!, ends[index]!, own, 0);
        const met = meet(table, own);
        if (met === "again") throw new SievedInVain("A key came twice.");
        if (met === "stored") continue;
        passed.starts[kept] = starts[index]!;
        passed.ends[kept] = ends[index]!;
        kept += 1;
      }
      heldBack += count - kept;
      return { ...passed, bytes, count: kept };
    },
    heldBack: () => heldBack,
    close: () => closeTable(table),
  };
}
