import { type Api, read, type Schemas } from "../../client/api.ts";

/** How a message stands, as far as its client is told, or who manages. */
export interface Standing {
  readonly id: string;
  readonly state: string;
  /** It goes no further by itself. */
  readonly isFinal: boolean;
  readonly isGood: boolean;
  readonly entities: readonly EntityCounts[];
  /** What a person reads first: errors, warnings, rejected rows. */
  readonly log: readonly string[];
}

interface EntityCounts {
  readonly entity: string;
  readonly rowsRead: number;
  readonly succeeded: number;
  readonly failed: number;
}

type Look = (id: string, signal: AbortSignal) => Promise<Standing>;

/** By their numbers on the connector. */
const states = [
  "Enqueued",
  "Dequeued",
  "Downloaded",
  "Acked",
  "Processing",
  "Processed",
  "ProcessedWithErrors",
  "PostProcessingError",
  "PreProcessingError",
];
const finalStates: ReadonlySet<string> = new Set([...states.slice(5), "Acked", "Discarded"]);
const goodStates: ReadonlySet<string> = new Set(["Processed", "Acked"]);

/** Looks as the client of an import job, which needs no role. */
export function lookAsClient(connector: Api, activityId: string): Look {
  return async (id, signal) => {
    const params = { path: { activityId }, query: { jobId: id } };
    const status = read(await connector.GET("/api/connector/jobstatus/{activityId}", { params, signal }));
    const entities = status.ExecutionDetail.map((detail) => ({
      entity: detail.EntityName,
      rowsRead: detail.StagingRecords,
      succeeded: detail.TargetRecords,
      failed: detail.TargetErrorCount,
    }));
    const log = status.ExecutionLog.split("\n").filter((line) => line !== "");
    return toStanding(id, states[status.DataJobStatus.DataJobState] ?? "Unknown", entities, log);
  };
}

/** Looks by the management API, at messages of any job and in either direction. */
export function lookAsManager(manage: Api): Look {
  return async (id, signal) => toManagedStanding(await readMessage(manage, id, signal));
}

export async function readMessage(manage: Api, id: string, signal: AbortSignal): Promise<Schemas["MessageDetail"]> {
  return read(await manage.GET("/manage/api/messages/{id}", { params: { path: { id } }, signal }));
}

function toManagedStanding({ id, state, parked, discarded, lastError, execution }: Schemas["MessageDetail"]): Standing {
  const entities = (execution?.entities ?? []).map(({ entity, rowsRead, succeeded, failed, exported }) => ({
    entity,
    rowsRead: rowsRead + exported,
    succeeded: succeeded + exported,
    failed,
  }));
  const log = [
    ...(parked ? [`Parked: ${parked.reason}`] : []),
    ...(discarded ? [`Discarded: ${discarded.reason}`] : []),
    ...(lastError !== undefined && lastError !== parked?.reason ? [lastError] : []),
    ...(execution ? executionLog(execution) : []),
  ];
  return { ...toStanding(id, state, entities, log), ...(parked && { isFinal: true, isGood: false }) };
}

/** What a run has to say: warnings, why it failed, and the first of the rows that it rejected. */
export function executionLog({ failure, warnings, entities }: Schemas["Execution"]): readonly string[] {
  return [
    ...(failure === undefined ? [] : [failure]),
    ...warnings,
    ...entities.flatMap(({ fileName, firstErrors }) =>
      firstErrors.map(({ place, line, message }) => `${fileName}, ${place ?? `line ${line}`}: ${message}`),
    ),
  ];
}

function toStanding(id: string, state: string, entities: readonly EntityCounts[], log: readonly string[]): Standing {
  return { id, state, isFinal: finalStates.has(state), isGood: goodStates.has(state), entities, log };
}

const counted = ({ entity, rowsRead, succeeded, failed }: EntityCounts): string =>
  `${entity}: ${rowsRead} read, ${succeeded} succeeded, ${failed} failed`;

/** The message in a line, and below it what is to be told of it. */
export function toStandingText({ id, state, isGood, entities, log }: Standing, name?: string): string {
  const head = [name, id, state, ...entities.map(counted)].filter((part) => part !== undefined).join("  ");
  // The client's own log says the counts once more.
  const told = log.filter(
    (line) => !entities.some(({ entity, rowsRead }) => line.startsWith(`${entity}: ${rowsRead} records read`)),
  );
  return isGood && told.length === 0 ? head : [head, ...told.map((line) => `    ${line}`)].join("\n");
}
