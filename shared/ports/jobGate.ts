/**
 * What a commit passes that a job's definition allows. Each save and each removal of the job moves the gate: who judged by
 * the definition before that finds it moved, and judges anew.
 */
export interface Gate {
  /** Another one after each move; empty before the first. */
  readonly stamp: string;
  /** While the job is being removed, and afterwards. */
  readonly isClosed: boolean;
}

export interface JobGate {
  /** The gate of a job as it is, or was at some time before: look here first, and at the definition afterwards. */
  findGate(activityId: string): Promise<Gate>;
  /** Whether the gate stands now as it was looked at. */
  isGateStill(activityId: string, gate: Gate): Promise<boolean>;
  /** Moves the gate of a job; without `isClosed` it stays as open or closed as it is. */
  moveGate(activityId: string, next: Pick<Gate, "stamp"> & Partial<Gate>): Promise<void>;
}
