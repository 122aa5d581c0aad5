import type { EntityRef, IncomingRecord, UpsertCommit } from "../../ports/entityStore.ts";
import type { Draft } from "./commit.ts";
import { framePacker, packLine, type Frame } from "../segments/frames.ts";
import type { StoreGround } from "./limits.ts";
import type { FooterSource } from "../segments/lineParts.ts";
import { encodeText, encodeValues, lineOf, tailOf } from "../segments/lines.ts";
import type { Manifest } from "./manifest.ts";
import { projectionTo, type Projection } from "./projection.ts";
import { columnsAt, lineAt, type RunCursor } from "../segments/runCursor.ts";
import { findNewest, lastFrame, openRuns, writeRun } from "./runs.ts";

type Records = Pick<UpsertCommit, "columns" | "records" | "truncateFirst">;
type Fate = "created" | "updated" | "unchanged";

interface UpsertPlan {
  /** The columns of the lines to write: those stored before, and the commit's own. */
  readonly columns: readonly string[];
  /** For each of them the place among an incoming record's values; -1 where it keeps what is stored. */
  readonly places: readonly number[];
  readonly isInOrder: boolean;
  readonly projection: Projection;
}

/** Stores what the commit changes as one run of new lines; unchanged records write nothing. */
export async function buildUpsert(
  ground: StoreGround,
  footerOf: FooterSource,
  ref: EntityRef,
  commit: Records,
  manifest: Manifest,
  seq: number,
): Promise<Draft> {
  const base = commit.truncateFirst ? { columns: [], runs: [] } : manifest;
  const plan = planOf(base.columns, commit.columns);
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const cursors = openRuns(ground, footerOf, base.runs);

  async function* changedFrames(): AsyncGenerator<Frame> {
    const packer = framePacker(ground.limits.frameBytes);
    for await (const batch of ascending(commit)) {
      for (const record of batch) {
        const { fate, tail } = changeOf(plan, record, await findNewest(cursors, record.key));
        counts[fate] += 1;
        if (fate === "unchanged") continue;
        const line = lineOf(encodeText(record.key), seq, tail);
        if (packLine(packer, record.key, seq, line)) yield* lastFrame(packer);
      }
    }
    yield* lastFrame(packer);
  }

  const run = await writeRun(ground, ref, plan.columns, changedFrames());
  return { run, columns: plan.columns, counts, truncates: commit.truncateFirst };
}

function planOf(stored: readonly string[], incoming: readonly string[]): UpsertPlan {
  const columns = [...new Set([...stored, ...incoming])];
  const places = columns.map((column) => incoming.indexOf(column));
  const isInOrder = places.length === incoming.length && places.every((place, index) => place === index);
  return { columns, places, isInOrder, projection: projectionTo(columns) };
}

function changeOf(
  plan: UpsertPlan,
  record: IncomingRecord,
  found: RunCursor | undefined,
): { readonly fate: Fate; readonly tail: string } {
  if (!found) return { fate: "created", tail: encodeValues(mergedValues(plan, record.values, undefined)) };
  const stored = plan.projection.tail(tailOf(lineAt(found)), columnsAt(found));
  // Equal values have equal encodings, so that most records are compared without being taken apart.
  const isWhole = plan.isInOrder && !record.values.includes(undefined);
  const old = isWhole ? undefined : plan.projection.values(stored, plan.columns);
  const tail = encodeValues(mergedValues(plan, record.values, old));
  return { fate: tail === stored ? "unchanged" : "updated", tail };
}

function mergedValues(
  plan: UpsertPlan,
  incoming: readonly (string | undefined)[],
  old: readonly string[] | undefined,
): readonly (string | undefined)[] {
  if (plan.isInOrder && !incoming.includes(undefined)) return incoming;
  return plan.places.map((place, index) => incoming[place] ?? old?.[index] ?? "");
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
