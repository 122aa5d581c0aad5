import type { Messages } from "../../ports.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { NewEtags, Row, RowChange, RowValues, Table } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import { gateKey } from "./messageRows.ts";

/** A job's gate as one version of its row has it; there is no row before the first commit or move. */
export interface KnownGate {
  readonly gate: Gate;
  /** The places that were given. */
  readonly count: number;
  readonly etag: string | undefined;
}

export interface Gates {
  /** What this process knows, however long ago it learnt it; read when it knows nothing, or that the gate is closed. */
  find(activityId: string): Promise<Gate>;
  /** The gate as it stands now. */
  read(activityId: string): Promise<Gate>;
  /** What a transaction may be tried on: known from the last one while nobody else commits, and read otherwise. */
  current(activityId: string): Promise<KnownGate>;
  /** After a transaction that held `passage` as its last change. */
  passed(activityId: string, behind: KnownGate, etags: NewEtags): void;
  /** Whether a transaction that did not take failed at something else than the gate. */
  isStill(activityId: string, known: KnownGate): Promise<boolean>;
  /**
   * Runs a transaction through the gate, where there is one: `transact` gets the changes that it ends with. Undefined also
   * when the gate has moved since it was looked at.
   */
  passing(
    activityId: string,
    gate: Gate | undefined,
    transact: (passage: readonly RowChange[]) => Promise<NewEtags | undefined>,
  ): Promise<NewEtags | undefined>;
  /** Makes the gate another one, in what is given. */
  move(activityId: string, next: Pick<Gate, "stamp"> & Partial<Gate>): Promise<void>;
  /** Leaves the gate as it is, but in another version: no transaction that is on its way can take any more. */
  touch(activityId: string): Promise<void>;
}

interface Remembered extends KnownGate {
  /** The row was as we had left it when it was read last, so that nobody else seems to write it. */
  readonly isOurs: boolean;
}

/** The gates of all jobs, with a memory: a job that one process alone takes files for needs no read before a commit. */
export function gatesOf(table: Table): Gates {
  const memory = gateMemory();

  const read = async (activityId: string): Promise<Remembered> => {
    const known = toKnown(await table.find(activityId, gateKey));
    const isOurs = known.etag !== undefined && memory.find(activityId)?.etag === known.etag;
    return memory.keep(activityId, { ...known, isOurs });
  };
  const current = async (activityId: string): Promise<KnownGate> => {
    const known = memory.find(activityId);
    return known?.isOurs ? known : read(activityId);
  };
  const passed = (activityId: string, behind: KnownGate, etags: NewEtags): void => {
    const isOurs = memory.find(activityId)?.isOurs ?? false;
    memory.keep(activityId, { ...behind, etag: etags.at(-1), isOurs });
  };
  const commits = {
    current,
    passed,
    isStill: async (activityId: string, known: KnownGate) => (await read(activityId)).etag === known.etag,
  };
  return {
    ...commits,
    ...gateMoves(table, read, memory.forget),
    async find(activityId) {
      const known = memory.find(activityId);
      return (known && !known.gate.isClosed ? known : await read(activityId)).gate;
    },
    read: async (activityId) => (await read(activityId)).gate,
    passing: (activityId, gate, transact) => (gate ? passGate(commits, activityId, gate, transact) : transact([])),
  };
}

function gateMoves(
  table: Table,
  read: (activityId: string) => Promise<KnownGate>,
  forget: (activityId: string) => void,
): Pick<Gates, "move" | "touch"> {
  const write = async (activityId: string, known: KnownGate, gate: Gate): Promise<boolean> => {
    const { change } = passage({ ...known, gate }, known.count);
    const etags = await table.transact(activityId, [change]);
    forget(activityId);
    return etags !== undefined;
  };
  return {
    async move(activityId, next) {
      await untilWon(`The gate of job ${activityId}`, async () => {
        const known = await read(activityId);
        return (await write(activityId, known, { ...known.gate, ...next })) || lost;
      });
    },
    async touch(activityId) {
      const known = await read(activityId);
      // Whoever is faster has made another version of it as well.
      await write(activityId, known, known.gate);
    },
  };
}

export function jobGate(gates: Gates): Pick<Messages, "findGate" | "isGateStill" | "moveGate"> {
  return {
    findGate: (activityId) => gates.find(activityId),
    isGateStill: async (activityId, gate) => (await gates.read(activityId)).stamp === gate.stamp,
    moveGate: (activityId, next) => gates.move(activityId, next),
  };
}

const rememberedMax = 1000;

function gateMemory() {
  const remembered = new Map<string, Remembered>();
  return {
    find: (activityId: string): Remembered | undefined => remembered.get(activityId),
    forget: (activityId: string): void => void remembered.delete(activityId),
    keep(activityId: string, known: Remembered): Remembered {
      remembered.delete(activityId);
      // What has no row may be no job: the ids that strangers ask for are not to crowd out the others.
      if (known.etag !== undefined) remembered.set(activityId, known);
      const [oldest] = remembered.keys();
      if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest);
      return known;
    },
  };
}

async function passGate(
  gates: Pick<Gates, "current" | "passed" | "isStill">,
  activityId: string,
  gate: Gate,
  transact: (passage: readonly RowChange[]) => Promise<NewEtags | undefined>,
): Promise<NewEtags | undefined> {
  return untilWon(`The gate of job ${activityId}`, async () => {
    const known = await gates.current(activityId);
    if (known.gate.stamp !== gate.stamp) return undefined;
    const { change, behind } = passage(known, known.count);
    const etags = await transact([change]);
    if (!etags) return (await gates.isStill(activityId, known)) ? undefined : lost;
    gates.passed(activityId, behind, etags);
    return etags;
  });
}

/** The change that leads a transaction through the gate, and what the gate is behind it. */
export function passage(known: KnownGate, count: number): { readonly change: RowChange; readonly behind: KnownGate } {
  const values = toValues(known.gate, count);
  const change: RowChange =
    known.etag === undefined
      ? { kind: "insert", rowKey: gateKey, values }
      : { kind: "replace", rowKey: gateKey, values, etag: known.etag };
  return { change, behind: { ...known, count } };
}

function toValues({ stamp, isClosed }: Gate, count: number): RowValues {
  return { count, stamp, isClosed };
}

function toKnown(row: Row | undefined): KnownGate {
  if (!row) return { gate: { stamp: "", isClosed: false }, count: 0, etag: undefined };
  const { count, stamp, isClosed } = row.values;
  if (typeof count !== "number" || typeof stamp !== "string" || typeof isClosed !== "boolean") {
    throw new Error(`Row ${row.partitionKey} / ${row.rowKey} of table ${tableNames.messages} is no gate of a job.`);
  }
  return { gate: { stamp, isClosed }, count, etag: row.etag };
}
