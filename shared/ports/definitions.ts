import type { Actor, Person } from "../domain/caller.ts";
import type { DataEntity } from "../domain/dataEntity.ts";
import type { Referred, Referrer } from "../domain/definitionReferences.ts";
import type { DataProject } from "../domain/dataProject.ts";
import type { NumberSequence } from "../domain/numberSequence.ts";
import type { RecurringJob } from "../domain/recurringJob.ts";
import type { Stylesheet } from "../domain/stylesheet.ts";
import type { Webhook } from "../domain/webhook.ts";
import type { SourceFormat } from "../domain/sourceFormat.ts";
import type { Gate } from "./jobGate.ts";
import type { Page, PageRequest, Stored } from "./stored.ts";

export interface DefinitionTypes {
  readonly entity: DataEntity;
  readonly format: SourceFormat;
  readonly stylesheet: Stylesheet;
  readonly project: DataProject;
  readonly job: RecurringJob;
  readonly numberSequence: NumberSequence;
  readonly webhook: Webhook;
}
export type DefinitionKind = keyof DefinitionTypes;

export interface Definition<T> extends Stored<T> {
  readonly version: number;
  /**
   * With which it was made: an earlier one is of another definition, which had the name and was removed. Absent where an
   * earlier release made it.
   */
  readonly firstVersion?: number;
  /** Names this version's body for good. */
  readonly revision: string;
  readonly savedAt: number;
  /** The application that saved it; empty where nobody knows: of an older version that an earlier release saved. */
  readonly savedBy: string;
  /** Who used that application. */
  readonly savedByPerson?: Person;
  /** The execution for whose request it was made, until somebody saves it without one. */
  readonly madeFor?: string;
  /** A change is under way that nothing may be judged by; absent as a rule. */
  readonly isClosed?: true;
}

/** What is known of a version without its body. */
export interface VersionFacts {
  readonly version: number;
  /** As in a definition; absent also where it was made by an earlier release. */
  readonly firstVersion?: number;
  readonly revision: string;
  readonly savedAt: number;
  /** Absent for a version that an earlier release saved, as far as it is not the newest. */
  readonly savedBy?: string;
  readonly savedByPerson?: Person;
  readonly sizeBytes?: number;
}

/** Another change of definitions began, because this one stood still for longer than its lease; nothing was written. */
export class TurnLost extends Error {
  override readonly name = "TurnLost";
}

/** Who saves, and for the request of which execution, where it is for one. */
export interface Saver extends Actor {
  readonly madeFor?: string;
}

/** When, and in the turn of which change; without one it is saved whoever's turn it is. */
export interface SavedBy extends Saver {
  readonly at: number;
  readonly turn?: string;
}

export interface Definitions {
  /** From now on it is this owner's turn: whoever writes in that of another one gets `TurnLost`. */
  takeTurn(owner: string): Promise<void>;
  /** By name without regard to case; jobs by activity id. */
  find<K extends DefinitionKind>(kind: K, id: string): Promise<Definition<DefinitionTypes[K]> | undefined>;
  /**
   * As `find`, or as it was found some seconds ago at the latest, when the gate stood as it does now. Whoever acts by it
   * passes this gate with what it does, and refuses nobody: that is for `find`.
   */
  findBehind<K extends DefinitionKind>(
    gate: Gate,
    kind: K,
    id: string,
  ): Promise<Definition<DefinitionTypes[K]> | undefined>;
  /** What a version held, also when there are newer ones or the definition was removed; undefined for no revision of it. */
  findRevision<K extends DefinitionKind>(
    kind: K,
    id: string,
    revision: string,
  ): Promise<DefinitionTypes[K] | undefined>;
  /** The versions of a definition, the newest first, also of one that was removed; a page may hold fewer and go on. */
  listVersions(kind: DefinitionKind, id: string, page: PageRequest): Promise<Page<VersionFacts>>;
  findVersion(kind: DefinitionKind, id: string, version: number): Promise<VersionFacts | undefined>;
  /**
   * Writes a new immutable version, which counts on where the definition was removed before; undefined when it exists (`new`)
   * or somebody else wrote first.
   */
  save<K extends DefinitionKind>(
    kind: K,
    id: string,
    value: DefinitionTypes[K],
    expected: { readonly etag: string } | "new",
    by: SavedBy,
  ): Promise<Definition<DefinitionTypes[K]> | undefined>;
  /**
   * Closes the definition as it was looked at, or opens it, without a new version; so does `save` open it. Undefined when
   * it is not there, or somebody else wrote first.
   */
  setClosed<K extends DefinitionKind>(
    kind: K,
    id: string,
    etag: string,
    isClosed: boolean,
    turn: string,
  ): Promise<Definition<DefinitionTypes[K]> | undefined>;
  remove(kind: DefinitionKind, id: string, etag: string, turn?: string): Promise<boolean>;
  /** In the order of their names (jobs: of their ids). */
  list<K extends DefinitionKind>(kind: K, page: PageRequest): Promise<Page<Definition<DefinitionTypes[K]>>>;
  /** Those of a kind that refer to something, in the order of `list`; a page may hold fewer than its limit and go on. */
  listReferring<K extends Referrer["kind"]>(
    kind: K,
    to: Referred,
    page: PageRequest,
  ): Promise<Page<Definition<DefinitionTypes[K]>>>;
  /** The data projects that an application may use, in the order of `list`. A continuation tells of no other one. */
  listOpenProjects(applicationId: string, page: PageRequest): Promise<Page<Definition<DataProject>>>;
  /** The application ids that any job has enabled, as of some seconds ago: cheap, however many jobs and askers there are. */
  listApplications(): Promise<ReadonlySet<string>>;
  /** The activity ids of all jobs, in their order: also of one whose definition cannot be read. */
  listJobIds(page: PageRequest): Promise<Page<string>>;
  /** The activity id that holds a job name, the given one when the name was free and is now reserved. */
  reserveJobName(name: string, activityId: string): Promise<string>;
  /** The activity id that holds a job name; undefined for a free one. */
  findJobName(name: string): Promise<string | undefined>;
  releaseJobName(name: string, activityId: string): Promise<void>;
}
