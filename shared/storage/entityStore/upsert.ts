import { foldName } from "../../domain/foldName.ts";
import type { EntityRef, IncomingRecord, UpsertCommit } from "../../ports/entityStore.ts";
import type { Draft } from "./commit.ts";
import { framePacker, packLine, type Frame, type FramePacker } from "../segments/frames.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { encodeText, encodeValues, lineOf, tailOf } from "../segments/lines.ts";
import { sizeOf, type Manifest } from "./manifest.ts";
import { goOn, openFeed, type LineFeed, type MergedLine } from "./mergedLines.ts";
import { placesOf, projectionTo, type Projection } from "./projection.ts";
import { columnsAt, lineAt, type LineCursor } from "../segments/lineCursor.ts";
import { findNewest, framesUpTo, lastFrame, openLayers, packMerged, writeLayer } from "./layers.ts";
import { layersToTake } from "./tiers.ts";

type Records = Pick<UpsertCommit, "columns" | "keyColumns" | "records" | "truncateFirst">;
type Fate = "created" | "updated" | "unchanged";

interface UpsertPlan {
  /** The columns of the lines to write: those stored before, and the commit's own. */
  readonly columns: readonly string[];
  /** For each of them the place among an incoming record's values; -1 where it keeps what is stored. */
  readonly places: readonly number[];
  /** The places of the lines' values that a stored record keeps: those of its key. */
  readonly keyPlaces: readonly number[];
  readonly isInOrder: boolean;
  readonly projection: Projection;
}

/**
 * Stores what the commit changes as one layer of new lines; unchanged records write nothing. The newest small layers go into
 * it as well, in the same pass: looking the commit's keys up in them would have read them anyway.
 */
export async function buildUpsert(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  commit: Records,
  manifest: Manifest,
  seq: number,
): Promise<Draft> {
  const base = commit.truncateFirst ? { columns: [], layers: [] } : manifest;
  const plan = planOf(base.columns, commit);
  const taken = base.layers.slice(0, layersToTake(base.layers.map(sizeOf), ground.limits));
  const cursors = openLayers(ground, footerOf, base.layers);
  const feed = await openFeed(cursors.slice(0, taken.length), ground.limits.batchRecords, ground.startPace());
  const building: Building = {
    plan,
    seq,
    feed,
    older: cursors.slice(taken.length),
    packer: framePacker(ground.limits.frameBytes),
    counts: { created: 0, updated: 0, unchanged: 0 },
  };
  const layer = await writeLayer(ground, ref, plan.columns, changedFrames(building, commit));
  const { counts } = building;
  const draft = { columns: plan.columns, counts, truncates: commit.truncateFirst };
  if (counts.created + counts.updated > 0) return { ...draft, layer, taken };
  // Not worth the swap of one layer for another; nobody knows of it yet.
  for (const { name } of layer?.segments ?? []) await ground.blobs.remove(name);
  return { ...draft, layer: undefined, taken: [] };
}

interface Building {
  readonly plan: UpsertPlan;
  readonly seq: number;
  /** The lines of the layers that are taken in. */
  readonly feed: LineFeed;
  /** All other layers. */
  readonly older: readonly LineCursor[];
  readonly packer: FramePacker;
  readonly counts: Record<Fate, number>;
}

async function* changedFrames(building: Building, commit: Records): AsyncGenerator<Frame> {
  const { plan, feed, older, packer } = building;
  for await (const batch of ascending(commit)) {
    for (const record of batch) {
      if (feed.pace.isOver()) await feed.pace.rest();
      if (feed.current && feed.current.key < record.key) {
        yield* framesUpTo(record.key, feed, packer, plan.projection);
      }
      const taken = feed.current?.key === record.key ? feed.current : undefined;
      // Most imports meet few layers, so nothing waits for what is not there.
      const found = taken ?? (older.length > 0 ? lineUnder(await findNewest(older, record.key)) : undefined);
      if (packRecord(building, record, found, taken !== undefined)) yield* lastFrame(packer);
      if (taken) await goOn(feed);
    }
  }
  yield* framesUpTo(undefined, feed, packer, plan.projection);
  yield* lastFrame(packer);
}

function lineUnder(cursor: LineCursor | undefined): MergedLine | undefined {
  return cursor?.key === undefined ? undefined : { key: cursor.key, line: lineAt(cursor), columns: columnsAt(cursor) };
}

/** Packs the record's line when it changed, or must stand in the new layer all the same; tells whether the frame is full. */
function packRecord(
  { plan, seq, packer, counts }: Building,
  record: IncomingRecord,
  found: MergedLine | undefined,
  mustStand: boolean,
): boolean {
  const { fate, tail } = changeOf(plan, record, found);
  counts[fate] += 1;
  if (fate !== "unchanged") return packLine(packer, record.key, seq, lineOf(encodeText(record.key), seq, tail));
  return found !== undefined && mustStand && packMerged(packer, found, plan.projection);
}

function planOf(stored: readonly string[], { columns: incoming, keyColumns }: Records): UpsertPlan {
  // A name that is there already keeps its place, and its values with that, but has the newest spelling.
  const columns = [...new Map([...stored, ...incoming].map((column) => [foldName(column), column])).values()];
  const places = placesOf(columns, incoming);
  const isInOrder = places.length === incoming.length && places.every((place, index) => place === index);
  const keyPlaces = placesOf(keyColumns, columns).filter((place) => place >= 0);
  return { columns, places, keyPlaces, isInOrder, projection: projectionTo(columns) };
}

function changeOf(
  plan: UpsertPlan,
  record: IncomingRecord,
  found: MergedLine | undefined,
): { readonly fate: Fate; readonly tail: string } {
  if (!found) return { fate: "created", tail: encodeValues(mergedValues(plan, record.values, undefined)) };
  const stored = plan.projection.tail(tailOf(found.line), found.columns);
  // Equal values have equal encodings, so that most unchanged records are compared without being taken apart.
  const isWhole = plan.isInOrder && !record.values.includes(undefined);
  if (isWhole && encodeValues(record.values) === stored) return { fate: "unchanged", tail: stored };
  const tail = encodeValues(mergedValues(plan, record.values, plan.projection.values(stored, plan.columns)));
  return { fate: tail === stored ? "unchanged" : "updated", tail };
}

function mergedValues(
  { places, keyPlaces, isInOrder }: UpsertPlan,
  incoming: readonly (string | undefined)[],
  old: readonly string[] | undefined,
): readonly (string | undefined)[] {
  if (!old && isInOrder && !incoming.includes(undefined)) return incoming;
  const values = places.map((place, index) => incoming[place] ?? old?.[index] ?? "");
  for (const place of old ? keyPlaces : []) values[place] = old?.[place] || (values[place] ?? "");
  return values;
}

async function* ascending(commit: Records): AsyncGenerator<readonly IncomingRecord[]> {
  let last: string | undefined;
  let place = 0;
  for await (const batch of commit.records()) {
    for (const { key, values } of batch) {
      place += 1;
      if (last !== undefined && key <= last) throw new Error(`Record ${place} is not in ascending key order.`);
      if (values.length !== commit.columns.length) {
        throw new Error(`Record ${place} has ${values.length} values for ${commit.columns.length} columns.`);
      }
      last = key;
    }
    yield batch;
  }
}
