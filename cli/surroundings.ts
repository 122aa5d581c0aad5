/** What a command sees of the world outside: the process has one, a test another. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths are in. */
  readonly folder: string;
  /** Results, for people or as JSON. */
  readonly out: (text: string) => void;
  /** Progress and complaints. */
  readonly err: (text: string) => void;
  /** Writes to the terminal as it is, where somebody looks. */
  readonly draw: (text: string) => void;
  /** What `-` in place of a file name means. */
  readonly readInput: () => Promise<string>;
  /** Whether somebody looks at what `err` writes, so that a line may be drawn anew. */
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  readonly width: number;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}
