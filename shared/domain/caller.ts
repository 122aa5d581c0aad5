/** Who sent a request, as far as a verified token says: an application, and for a delegated token a person. */
export interface Caller {
  /** The client id of the application, a lower-case GUID. */
  readonly applicationId: string;
  /** App roles that were assigned in Entra ID, spelled as there. */
  readonly roles: readonly string[];
  readonly tokenVersion: "1.0" | "2.0";
  /** The service principal or the person behind the token, a lower-case GUID; absent when the token names none. */
  readonly objectId?: string;
}
