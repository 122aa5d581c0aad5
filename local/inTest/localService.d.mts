/** What a service inside a test may be told. */
export interface LocalServiceOptions {
  /** App settings, as in docs/configuration.md: `{ LeaseSeconds: "5" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Of whom a token is: of who exchanges files, or of who manages the service and calls the package API. */
export type Face = "connector" | "manage";

export interface WaitOptions {
  /** 30 seconds, when left out. */
  readonly timeoutMs?: number;
}

/** A message that has ended, as `manage/api/messages/{id}` answers it. */
export interface EndedMessage {
  readonly id: string;
  readonly state: string;
  readonly lastError?: string;
  readonly execution?: {
    readonly id: string;
    readonly entities: readonly {
      readonly entity: string;
      readonly created: number;
      readonly updated: number;
      readonly unchanged: number;
      readonly failed: number;
      readonly firstErrors: readonly { readonly message: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** The whole service, in memory, on free ports, in processes of its own. */
export interface LocalService extends AsyncDisposable {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string;
  /** Where clients get their tokens by client credentials. */
  readonly tokenUrl: string;
  /** Of the application that exchanges files: jobs list it by its client id. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** A token of this service; of who exchanges files, when nothing is said. */
  token(face?: Face): Promise<string>;
  /** Brings the service to what a folder of definitions says, with a file of values; throws what was refused. */
  apply(folder: string | URL, options?: { readonly values?: string | URL }): Promise<void>;
  /** Runs a job now, whatever its recurrence says. */
  run(activityId: string): Promise<void>;
  /** Waits until a message has ended, well or not; throws when it has not in time. */
  waitFor(messageId: string, options?: WaitOptions): Promise<EndedMessage>;
  /** Ends all processes of the service and forgets its data. A second stop does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts the whole service for a test. Several may run at once, each with data of its own; one that is not stopped keeps
 * no process up, and ends with the one that started it.
 */
export function startLocalService(options?: LocalServiceOptions): Promise<LocalService>;
