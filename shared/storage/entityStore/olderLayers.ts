import type { ByteRange } from "../segments/byteRange.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { isAt, lineCursor, type LineCursor, seek, seekFurther } from "../segments/lineCursor.ts";
import { absent, findPrint, type PrintCursor, printCursor, readFurther, unread } from "../segments/printCursor.ts";
import { isSameSpelling, isSameValues, newPrint, type Printer, type Prints } from "../segments/prints.ts";
import { findLoaded, findNewest, type LayerForm, partsOf, printerFor } from "./layers.ts";
import type { StoreGround } from "./limits.ts";
import type { Layer } from "./manifest.ts";
import type { Fate } from "./recordChange.ts";

/** The layers below those that a commit takes in, newest first: its keys are looked up in them, in ascending order. */
export interface OlderLayers {
  readonly lines: readonly LineCursor[];
  readonly prints: readonly PrintCursor[];
  readonly print: Printer | undefined;
  /** Of the record at hand. */
  readonly sought: Prints;
  /** In which one something must be read first. */
  waiting: number;
}

/** The newest line of a record's key, if there is one; or what becomes of the record, where that is known without it. */
export type Found = LineCursor | Fate | undefined;

/** `form` is what the commit writes. */
export function olderLayers(
  ground: StoreGround,
  footerOf: FooterSource,
  layers: readonly Layer[],
  form: LayerForm,
): OlderLayers {
  const { columns, prints: plan } = form;
  const parts = partsOf(ground, footerOf, layers);
  return {
    lines: parts.map((ofLayer) => lineCursor(ofLayer, -1)),
    prints: plan ? parts.map((ofLayer) => printCursor(ofLayer, plan, columns)) : [],
    print: plan && layers.length > 0 ? printerFor(plan, columns) : undefined,
    sought: newPrint(),
    waiting: 0,
  };
}

/** The line of the record's key; "unread" when `findUnread` must tell. */
export function findLine({ lines }: OlderLayers, { bytes, start }: ByteRange): Found | "unread" {
  return lines.length > 0 ? findLoaded(lines, bytes, start) : undefined;
}

/**
 * What becomes of a whole record, which is stored as it stands, by hashes alone where they tell it. Only a key that is
 * spelled in another way needs its line.
 */
export function findFate(older: OlderLayers, record: ByteRange): Found | "unread" {
  older.print?.(record.bytes, record.start, record.end, older.sought, 0);
  return fateIn(older, record);
}

function fateIn(older: OlderLayers, { bytes, start }: ByteRange): Found | "unread" {
  const { lines, prints, sought } = older;
  for (let layer = 0; layer < lines.length; layer += 1) {
    const { prints: known } = prints[layer]!;
    const at = findPrint(prints[layer]!, bytes, start, sought);
    if (at === absent) continue;
    if (at >= 0 && isSameValues(known!, at, sought)) return "unchanged";
    if (at >= 0 && isSameSpelling(known!, at, sought)) return "updated";
    older.waiting = layer;
    if (at === unread || !seek(lines[layer]!, bytes, start)) return "unread";
    if (isAt(lines[layer]!, bytes, start)) return lines[layer];
  }
  return "created";
}

/** The rest of both, when something must be read first. */
export async function findUnread(older: OlderLayers, record: ByteRange, isWhole: boolean): Promise<Found> {
  const { bytes, start } = record;
  if (!isWhole) return findNewest(older.lines, bytes, start);
  for (;;) {
    const found = fateIn(older, record);
    if (found !== "unread") return found;
    // What a newer layer has need not be read below it.
    const prints = older.prints[older.waiting]!;
    const isUnread = findPrint(prints, bytes, start, older.sought) === unread;
    await (isUnread ? readFurther(prints, bytes, start) : seekFurther(older.lines[older.waiting]!, bytes, start));
  }
}
