import { isDeepStrictEqual } from "node:util";
import { isReleased } from "../../domain/inboundMessage.ts";
import { endOf, standingOf, waitingSince } from "../../domain/standing.ts";
import type { Message } from "../../ports.ts";
import type { RowChange, RowValues } from "../ground/ground.ts";
import {
  type OpenFacts,
  type OpenKind,
  correlationKey,
  endedKey,
  namedKey,
  openKey,
  waitingKey,
} from "./messageRows.ts";
import { toColumns } from "../rows/storedJson.ts";

type KeyedRow = readonly [rowKey: string, values: RowValues];

/**
 * What keeps the rows beside a message true. A place in the backlog is inserted, since no other message may have it;
 * any other row is written over whatever an earlier version left there.
 */
export function rowChanges(previous: Message | undefined, next: Message | undefined): readonly RowChange[] {
  const before = rowsBeside(previous);
  const after = rowsBeside(next);
  const gone = [...before.keys()].filter((rowKey) => !after.has(rowKey));
  const come = [...after].filter(([rowKey, values]) => !isSame(before.get(rowKey), values));
  return [
    ...gone.map((rowKey) => ({ kind: "remove", rowKey }) as const),
    ...come.map(([rowKey, values]) => ({ kind: isPlace(rowKey) ? "insert" : "upsert", rowKey, values }) as const),
  ];
}

function isSame(one: RowValues | undefined, other: RowValues): boolean {
  return one !== undefined && isDeepStrictEqual(one, other);
}

function isPlace(rowKey: string): boolean {
  return rowKey.startsWith(waitingKey(""));
}

/** Every row that stands beside the message. */
export function rowsBeside(message: Message | undefined): ReadonlyMap<string, RowValues> {
  return new Map(
    message ? [...deliveryRows(message), ...openRows(message), ...endRow(message), ...namedRow(message)] : [],
  );
}

/** Exactly the CorrelationIds that an export remembers lead to it. */
function deliveryRows(message: Message): readonly KeyedRow[] {
  if (message.direction === "import") return [];
  const { id: messageId, correlationIds, delivery } = message;
  const ids = delivery ? [...correlationIds, delivery.correlationId] : correlationIds;
  return ids.map((id) => [correlationKey(id), { messageId }]);
}

export function isOpen(message: Message): boolean {
  return openRows(message).length > 0;
}

/** Exactly the messages that have not ended have a row that says where they stand, and one that is parked has another. */
export function openRows(message: Message): readonly KeyedRow[] {
  const { id: messageId, enqueuedAt, direction, sizeBytes = 0, parked } = message;
  const standing = standingOf(message);
  const rows: KeyedRow[] = [];
  const add = (kind: OpenKind, facts: OpenFacts): void => void rows.push([openKey(kind, messageId), toColumns(facts)]);
  if (standing === "waiting" && direction === "import") {
    const since = waitingSince(message);
    const facts = { messageId, enqueuedAt, since, sizeBytes, externalIdentifier: message.externalIdentifier };
    rows.push([waitingKey(message.order), toColumns(facts)]);
  }
  if (standing === "inProcess") add("inProcess", { direction, since: enqueuedAt, sizeBytes: 0 });
  if (standing === "offered" && direction === "export") {
    const { delivery } = message;
    const held = delivery === undefined ? {} : { heldUntil: delivery.expiresAt };
    add("offered", { direction, since: waitingSince(message), sizeBytes, ...held });
  }
  if (parked) {
    const released = isReleased(message) ? ({ isReleased: true } as const) : {};
    add("parked", { direction, since: parked.at, sizeBytes: 0, ...released });
  }
  return rows;
}

/** What has ended is found by its end, so that what ended lately can be counted. */
function endRow(message: Message): readonly KeyedRow[] {
  const end = endOf(message);
  return end ? [[`${endedKey(end.at)}_${message.id}`, { isFailed: end.isFailed }]] : [];
}

/** While an import waits, the row of its place says so: an enqueue writes no row more. */
export function namedRow(message: Message): readonly KeyedRow[] {
  if (message.direction === "export" || message.externalIdentifier === undefined) return [];
  if (standingOf(message) === "waiting") return [];
  const { externalIdentifier, id } = message;
  return [[namedKey(externalIdentifier, id), toColumns({ externalIdentifier })]];
}
