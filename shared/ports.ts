import type { AuditEntry, AuditFilter, Refusal } from "./domain/auditEntry.ts";
import type { Definitions } from "./ports/definitions.ts";
import type { EntityStore } from "./ports/entityStore.ts";
import type { Log } from "./ports/events.ts";
import type { Execution, ExecutionVersions } from "./domain/execution.ts";
import type { InboundMessage } from "./domain/inboundMessage.ts";
import type { LoadSample } from "./domain/loadSample.ts";
import type { Occurrence, WaitingRun } from "./domain/occurrence.ts";
import type { OutboundMessage } from "./domain/outboundMessage.ts";
import type { ServiceEvent } from "./domain/serviceEvent.ts";
import type { StartPace } from "./ports/pace.ts";
import type { Idempotency, KeyChange } from "./ports/idempotency.ts";
import type { Gate, JobGate } from "./ports/jobGate.ts";
import type { Lists } from "./ports/lists.ts";
import type { OpenMessages } from "./ports/openMessages.ts";
import type { Outbox } from "./ports/outbox.ts";
import type { Uploads } from "./ports/uploads.ts";
import type { Transformer } from "./ports/transformer.ts";
import type { Slots } from "./ports/slots.ts";
import type { StagedRows } from "./ports/stagedRows.ts";
import type { StagingArea } from "./ports/staging.ts";
import type { Page, PageRequest, Stored } from "./ports/stored.ts";
import type { Courier, Deliveries, EventOutbox, SecretStore, Subscriptions } from "./ports/webhooks.ts";
import type { WorkQueue } from "./ports/workQueue.ts";

/** Every question that the service asks the outside world. Absence is undefined; a lost race is undefined or false. */
export interface Ports {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly definitions: Definitions;
  readonly messages: Messages;
  readonly openMessages: OpenMessages;
  readonly lists: Lists;
  readonly claims: Claims;
  readonly executions: Executions;
  readonly occurrences: Occurrences;
  readonly schedules: Schedules;
  readonly leases: Leases;
  readonly loadSamples: LoadSamples;
  readonly idempotency: Idempotency;
  readonly audit: Audit;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly staging: StagingArea;
  readonly stagedRows: StagedRows;
  readonly transformer: Transformer;
  readonly entities: EntityStore;
  readonly work: WorkQueue;
  readonly outbox: Outbox;
  readonly events: EventOutbox;
  readonly subscriptions: Subscriptions;
  readonly deliveries: Deliveries;
  readonly secrets: SecretStore;
  readonly courier: Courier;
  readonly settings: Settings;
  readonly startPace: StartPace;
  /** Of this process, for lines that run beside another one of their import. */
  readonly lineSlots: Slots;
  /** Of this process, for webhooks that are being called: however slow their targets are, the other workers go on. */
  readonly deliverySlots: Slots;
}

/** What operators may tune; `config.ts` reads it, docs/configuration.md explains it. */
export interface Settings {
  readonly leaseMs: number;
  readonly resendAfterMs: number;
  readonly retentionMs: number;
  readonly auditRetentionMs: number;
  readonly orphanAfterMs: number;
  readonly bodyBytesMax: number;
  /** Of a file that comes in blocks, and how long it may take until it is committed. */
  readonly uploadBytesMax: number;
  readonly uploadMs: number;
  readonly dueJobsPerTickMax: number;
  readonly missedRunsMax: number;
  /** This host starts no work; what it had begun before it was told so, in another process, goes on. */
  readonly isDraining: boolean;
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Ids {
  /** A UUIDv7 in lower case, so that ids sort by time. */
  next(): string;
  /** A random GUID that tells nothing. */
  random(): string;
  /** A UUIDv7 of the given time whose other bits follow from the seed: the same arguments, the same id. */
  derive(at: number, seed: string): string;
}

export type Message = InboundMessage | OutboundMessage;

export interface WaitingMessage {
  readonly messageId: string;
  readonly order: string;
  readonly enqueuedAt: number;
}

/** How far the waiting messages of an import job were handed to workers, and what holds it up. */
export interface JobProgress {
  /** Pointers were sent for waiting messages up to this order; the last pass over all of them began at `passedAt`. */
  readonly sentThrough: string;
  readonly passedAt: number;
  /**
   * The message that an ordered import has in flight, or the execution that an export has; the next begins when it has
   * ended.
   */
  readonly head?: string;
  /** The failed head of an ordered job that blocks until somebody retries or releases it. */
  readonly blockedBy?: string;
}

/**
 * What an export has delivered: the store's sequence, and where it chose by a filter, by which one and the due time that
 * its relative dates counted from. An export that began before the last of its `resets` moves it no more.
 */
export type Watermark =
  | number
  | { readonly seq: number; readonly filterId?: string; readonly at: number; readonly resets?: number };

/** By entity id and company. */
export type Watermarks = Readonly<Record<string, Watermark>>;

/** What must be true together with a message: it moves in the message's own transaction, or nothing does. */
export interface Beside {
  /** These only ever rise: an export that ends after a later one must not make that one's records due again. */
  readonly watermarks?: Watermarks;
  /** The job's progress as it was judged, undefined where there was none, and what becomes of it. */
  readonly progress?: { readonly judged: Stored<JobProgress> | undefined; readonly next: JobProgress };
  /** What stands for the message from now on. */
  readonly keys?: readonly KeyChange[];
  /** The gate that was there when the job was looked at: its removal overlooks no run that begins. */
  readonly gate?: Gate;
  /** A message that comes to be with it, at the place in the backlog that it has. */
  readonly born?: InboundMessage;
  /** What its write tells webhooks. */
  readonly events?: readonly ServiceEvent[];
}

/** What a message leaves in files when its row goes, beside those that bear its own id. */
export interface Remains {
  readonly executionIds: readonly string[];
}

/** What must be as it was judged when a message is accepted. */
export interface Passing {
  readonly gate: Gate;
  readonly keys: readonly KeyChange[];
}

/** The imports of a job that are called so. */
export interface NamedMessages {
  readonly ids: readonly string[];
  /** More wait than were looked at. */
  readonly isCut: boolean;
}

export interface Messages extends JobGate {
  /**
   * The commit point of an enqueue: the message, the next place in the job's backlog and what its keys stand for, or
   * nothing. Undefined when the gate has moved since it was looked at, or somebody else wrote a key. A message whose id
   * is there already is answered as it stands.
   */
  insertInbound(message: InboundMessage, passing: Passing): Promise<InboundMessage | undefined>;
  /**
   * Whether a message went in whose insert threw. When not, it never will: a write that is still on its way finds the gate
   * in another version.
   */
  settleInbound(activityId: string, messageId: string): Promise<boolean>;
  /** False when a message with this id is there already, or what stands beside it was written by somebody else. */
  insertOutbound(message: OutboundMessage, beside?: Pick<Beside, "progress" | "gate" | "keys">): Promise<boolean>;
  find(activityId: string, messageId: string): Promise<Stored<Message> | undefined>;
  findInbound(activityId: string, messageId: string): Promise<Stored<InboundMessage> | undefined>;
  findOutbound(activityId: string, messageId: string): Promise<Stored<OutboundMessage> | undefined>;
  /** The activity id of a message, by the message id alone. */
  findActivity(messageId: string): Promise<string | undefined>;
  /**
   * Saves the next state of what `stored` was, in the backlog or out of it as its state says; undefined when the race
   * is lost, for the message or for what moves beside it.
   */
  replace<M extends Message>(stored: Stored<M>, next: M, beside?: Beside): Promise<Stored<M> | undefined>;
  /**
   * The message that was handed out under a CorrelationId, also an earlier one. `replace` keeps this index: whenever the
   * next state has a new `delivery`, the row `c_{correlationId}` is inserted in the same transaction.
   */
  findByCorrelation(activityId: string, correlationId: string): Promise<Stored<OutboundMessage> | undefined>;
  findWatermarks(activityId: string): Promise<Watermarks>;
  /**
   * Those whose names are meant count for nothing any more, whatever an export writes that began before. False where none
   * of them is there.
   */
  resetWatermarks(activityId: string, isMeant: (name: string) => boolean): Promise<boolean>;
  /** Newest first. */
  list(activityId: string, page: PageRequest): Promise<Page<Message>>;
  /**
   * The ids of a job's imports whose external identifier begins so, in upper or lower case; at most `limit` of those that
   * wait, and of the others.
   */
  listNamed(activityId: string, beginning: string, limit: number): Promise<NamedMessages>;
  /** The waiting messages of an import job in the order in which they wait, behind `afterOrder`. */
  listWaiting(activityId: string, afterOrder: string, limit: number): Promise<readonly WaitingMessage[]>;
  /**
   * Removes the message that was judged, with its rows in the backlog and for correlation, and notes in the same
   * transaction what it left in files. False when somebody has written it since, or it is gone.
   */
  remove(stored: Stored<Message>): Promise<boolean>;
  /** What a removed message left that nobody has cleared away yet. */
  findRemains(activityId: string, messageId: string): Promise<Remains | undefined>;
  forgetRemains(activityId: string, messageId: string): Promise<void>;
  findProgress(activityId: string): Promise<Stored<JobProgress> | undefined>;
  saveProgress(activityId: string, next: JobProgress, etag: string | undefined): Promise<boolean>;
  /** Removes what is kept of a job beside its messages: a job that is made again under its id begins anew. */
  forgetJob(activityId: string): Promise<void>;
}

/** The messages that some worker has taken and not ended: what the sweeper looks through. A hint; the message decides. */
export interface Claim {
  readonly messageId: string;
  readonly activityId: string;
  /**
   * Each execution of a message has a claim of its own, so that its end takes no later execution's; release 0.1.0 wrote
   * none down.
   */
  readonly run?: number;
  /** Likewise each redelivery of an export, whose pointer may be missing. */
  readonly redelivery?: number;
  /** Of a run that nobody but its request starts: what was reserved for it, should its message never come. */
  readonly executionId?: string;
  readonly until: number;
}

export interface Claims {
  put(claim: Claim): Promise<void>;
  remove(claim: Pick<Claim, "messageId" | "run" | "redelivery">): Promise<void>;
  list(page: PageRequest): Promise<Page<Claim>>;
}

export interface Executions {
  /**
   * Saves an execution that no attempt has begun, unless there is one under its id; answers the one that is there then.
   * One of `over` counts for none: that message never came to be.
   */
  reserve(execution: Execution, over?: string): Promise<Execution>;
  /** Removes an execution that no attempt has begun, where it is that message's. */
  giveUp(executionId: string, messageId: string): Promise<void>;
  /**
   * Saves an execution that begins, with its versions. They are written once: answers those that an attempt before
   * wrote, if any.
   */
  begin(execution: Execution & { readonly versions: ExecutionVersions }): Promise<ExecutionVersions>;
  /** False, and nothing is changed, when a later attempt of the same execution was saved, or took it over. */
  save(execution: Execution): Promise<boolean>;
  /** From now on attempts below `fence` save nothing. Answers what was saved last; undefined when nothing was. */
  takeOver(executionId: string, fence: number): Promise<Execution | undefined>;
  find(executionId: string): Promise<Execution | undefined>;
  /** Removes the execution with all its result files. */
  remove(executionId: string): Promise<void>;
}

export interface Occurrences {
  /** False when this due time of the job is in the ledger already; `events` go in with it. */
  insert(occurrence: Occurrence, events?: readonly ServiceEvent[]): Promise<boolean>;
  find(activityId: string, dueAt: number): Promise<Stored<Occurrence> | undefined>;
  replace(stored: Stored<Occurrence>, next: Occurrence): Promise<boolean>;
  /** Newest first. */
  list(activityId: string, page: PageRequest): Promise<Page<Occurrence>>;
  /** The due times of a job that have not begun, the oldest first: costs what waits, however long the ledger is. */
  listWaiting(activityId: string, limit: number): Promise<readonly WaitingRun[]>;
  /** Removes final rows that are older; at most `limit`, answers how many. */
  removeBefore(activityId: string, before: number, limit: number): Promise<number>;
}

export type ScheduleKind = "processing" | "monitoring";

/** Where a job's recurrence stands: due times are computed from the last one, never from now. */
export interface Schedule {
  readonly activityId: string;
  /** The last due time that was decided; before the first, the moment from which due times count. */
  readonly afterMs: number;
  readonly occurrencesSoFar: number;
  /** Undefined when the recurrence has ended, or the job is not enabled. */
  readonly nextDueAt?: number;
}

export interface Schedules {
  find(kind: ScheduleKind, activityId: string): Promise<Stored<Schedule> | undefined>;
  /** Moves the job in the index of due jobs as well; false when somebody else wrote first. */
  save(kind: ScheduleKind, next: Schedule, previous: Stored<Schedule> | undefined): Promise<boolean>;
  remove(kind: ScheduleKind, previous: Stored<Schedule>): Promise<boolean>;
  /** The next due times of those jobs that have one; costs a range of rows when the ids are neighbours in their order. */
  findNextDues(kind: ScheduleKind, activityIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Costs what is due: the earliest first, at most `limit`. */
  listDue(kind: ScheduleKind, now: number, limit: number): Promise<readonly string[]>;
}

export interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly until: number;
  readonly etag: string;
}

export interface Leases {
  /** Undefined while somebody else holds it. */
  acquire(name: string, owner: string, now: number, leaseMs: number): Promise<Lease | undefined>;
  /** Undefined when it was lost. */
  renew(lease: Lease, now: number, leaseMs: number): Promise<Lease | undefined>;
  release(lease: Lease): Promise<void>;
}

export interface LoadSamples {
  add(activityId: string, sample: LoadSample): Promise<void>;
  /** Newest first. */
  list(activityId: string, page: PageRequest): Promise<Page<LoadSample>>;
  removeBefore(activityId: string, before: number, limit: number): Promise<number>;
}

export interface Audit {
  /** Of those with one time and one `once`, the first alone: whoever cannot know if it was written writes it again. */
  record(entry: AuditEntry, once?: string): Promise<void>;
  /** As `record`, but few entries for each application and minute, however often it is refused. */
  recordRefusal(refusal: Refusal): Promise<void>;
  /** Newest first; a page costs what it holds, however long the trail is. */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  removeBefore(before: number, limit: number): Promise<number>;
}

/** Where bytes live: payloads by message id, and what executions leave behind. */
export type FileRoom = "inbound" | "outbound" | "executions";

export interface FileFacts {
  readonly sizeBytes: number;
  /** Names these bytes and no others: a file is never written again under its name. */
  readonly etag: string;
  readonly createdAt: number;
  /** The job that a payload belongs to. */
  readonly activityId?: string;
}

export interface FileItem extends FileFacts {
  readonly name: string;
}

/** A part of a file; all of the rest without a length. */
export interface Slice {
  readonly offset: number;
  readonly length?: number;
}

export interface Files {
  /** Streams in bounded memory; undefined when the name is taken. Leaves nothing behind when the source throws. */
  store(
    room: FileRoom,
    name: string,
    source: AsyncIterable<Uint8Array>,
    activityId?: string,
  ): Promise<{ readonly sizeBytes: number } | undefined>;
  findFacts(room: FileRoom, name: string): Promise<FileFacts | undefined>;
  /** All bytes, or `length` from `offset`; throws `notFound` when there is no such file. */
  read(room: FileRoom, name: string, offset?: number, length?: number): AsyncIterable<Uint8Array>;
  /**
   * Whoever has this address reads the file, and nothing else, until then, past the service: it comes with that
   * Content-Disposition.
   */
  readAddress(room: FileRoom, name: string, until: number, disposition: string): Promise<string>;
  /** In name order. */
  list(room: FileRoom, prefix: string, page: PageRequest): Promise<Page<FileItem>>;
  remove(room: FileRoom, name: string): Promise<void>;
}
