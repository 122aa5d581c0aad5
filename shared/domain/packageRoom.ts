/**
 * A place in storage for one data package, which whoever has the address puts there in one piece. It belongs to no job:
 * a call that names the address makes something of it.
 */
export interface PackageRoom {
  readonly id: string;
  /** That of no job. */
  readonly activityId: typeof packageRoomsId;
  /** The name under which it stands, which is the id. */
  readonly fileId: string;
  /** To whom the address was given. */
  readonly applicationId: string;
  readonly reservedAt: number;
  /** Then it is cleared away. */
  readonly until: number;
}

export const packageRoomsId = "00000000-0000-0000-0000-000000000000";
