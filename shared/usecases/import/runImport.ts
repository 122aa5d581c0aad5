import { isComposite } from "../../domain/composite.ts";
import { entityId } from "../../domain/entityId.ts";
import type { Execution } from "../../domain/execution.ts";
import { foldName } from "../../domain/foldName.ts";
import type { InboundMessage } from "../../domain/inboundMessage.ts";
import { type GroupedLine, lineGroups } from "../../domain/lineGroups.ts";
import type { Ports } from "../../ports.ts";
import { slotsOf } from "../../ports/slots.ts";
import { type Held, LeaseLost } from "../attempt/holdMessage.ts";
import { importLine } from "./importLine.ts";
import { followImport, type ImportProgress, type PreparedImport } from "./importProgress.ts";
import type { PreparedLine } from "./prepareImport.ts";

/**
 * Runs the lines of an import in the order of units, levels and sequences, and those of one sequence side by side, as far
 * as the process has places. A failure stops the lines behind it in its level or unit where the line says so, all of
 * them where the order does, and no other: what comes of it is what one line after another would come to.
 */
export async function runImport(
  ports: Ports,
  held: Held<InboundMessage>,
  prepared: PreparedImport,
): Promise<Execution> {
  const { lines } = prepared;
  const progress = followImport(ports, held, prepared);
  for (const group of lineGroups(lines.map(toGrouped))) await runGroup(ports, held, lines, progress, group);
  return progress.finish();
}

function toGrouped({ line, entity, company, lookups }: PreparedLine): GroupedLine {
  const sequences = entity.fields.flatMap(({ numberSequence }) => numberSequence ?? []);
  const numbers = sequences.map((name) => `numbers/${foldName(name)}`);
  const lookedIn = lookups.map(({ ref }) => `records/${ref.entityId}/${ref.company ?? ""}`);
  const uses = [`records/${entityId(entity)}/${company ?? ""}`, ...lookedIn, ...numbers];
  return { line, uses, isAlone: isComposite(entity) };
}

/**
 * Each message has a place for one of its lines; for more it takes those of the process that are free at the moment. The
 * first line that throws ends the others, and only when none is at work any more the attempt goes on to its end.
 */
async function runGroup(
  ports: Ports,
  held: Held<InboundMessage>,
  lines: readonly PreparedLine[],
  progress: ImportProgress,
  group: readonly number[],
): Promise<void> {
  const own = slotsOf(1);
  const running = new Map<number, Promise<void>>();
  const thrown = new Map<number, unknown>();
  const going = whileGoing(held, () => thrown.size === 0);
  const start = async (index: number, leave: () => void): Promise<void> => {
    try {
      await runLine(ports, going, lines, progress, index);
    } catch (error) {
      thrown.set(index, error);
    } finally {
      running.delete(index);
      leave();
    }
  };
  for (const index of group) {
    let leave: (() => void) | undefined;
    while (thrown.size === 0 && !leave) {
      if (!isDecided(lines, running)) await Promise.race(running.values());
      else if (!(leave = own.take() ?? ports.lineSlots.take())) await Promise.race(running.values());
    }
    if (leave) running.set(index, start(index, leave));
  }
  await Promise.all(running.values());
  if (thrown.size > 0) throw firstOf(thrown);
}

/** Whether the next line would run, one after another: none at work could still stop it. */
function isDecided(lines: readonly PreparedLine[], running: ReadonlyMap<number, unknown>): boolean {
  return [...running.keys()].every((index) => !stopsOthers(lines[index]!));
}

async function runLine(
  ports: Ports,
  held: Held<InboundMessage>,
  lines: readonly PreparedLine[],
  progress: ImportProgress,
  index: number,
): Promise<void> {
  const entity = progress.entity(index);
  if (isStopped(lines, progress, index)) {
    return progress.end(index, { ...entity, status: "notRun", failure: undefined, warnings: [] });
  }
  await progress.begin(index);
  await progress.end(index, await importLine(ports, held, lines[index]!, index, entity));
}

function isStopped(lines: readonly PreparedLine[], progress: ImportProgress, index: number): boolean {
  return lines.slice(0, index).some((earlier, place) => {
    const ended = progress.ended(place);
    const isFailed = ended !== undefined && (ended.status === "error" || ended.failed > 0);
    return isFailed && stops(earlier, lines[index]!);
  });
}

function stopsOthers({ failOnError, line: { failUnitOnError, failLevelOnError } }: PreparedLine): boolean {
  return failOnError || failUnitOnError || failLevelOnError;
}

function stops({ failOnError, line: failed }: PreparedLine, { line }: PreparedLine): boolean {
  if (failOnError) return true;
  if (line.executionUnit !== failed.executionUnit) return false;
  return failed.failUnitOnError || (failed.failLevelOnError && line.level === failed.level);
}

/** A line beside this one threw, so that the attempt ends. */
class GivenUp extends Error {
  override readonly name = "GivenUp";
}

/** As the message is held, for as long as its attempt goes on. */
function whileGoing(held: Held<InboundMessage>, isGoing: () => boolean): Held<InboundMessage> {
  const going =
    (work: () => Promise<void>): (() => Promise<void>) =>
    async () => {
      if (!isGoing()) throw new GivenUp("A line beside this one could not go on.");
      await work();
    };
  const rest = going(() => held.pace.rest());
  return { ...held, keep: going(() => held.keep()), pace: { ...held.pace, rest } };
}

/** Whoever took the message over ends everything; otherwise the first line counts, as if none had run beside it. */
function firstOf(thrown: ReadonlyMap<number, unknown>): unknown {
  const errors = [...thrown].toSorted(([one], [other]) => one - other).map(([, error]) => error);
  const lost = errors.find((error) => error instanceof LeaseLost);
  return lost ?? errors.find((error) => !(error instanceof GivenUp));
}
