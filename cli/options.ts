interface OptionFacts {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  readonly help: string;
  /** What stands for the value in the help, as in `--job <id>`. */
  readonly value?: string;
}

export type OptionTable = Readonly<Record<string, OptionFacts>>;

/** What every command takes beside its own options. */
export const commonOptions = {
  url: {
    type: "string",
    value: "address",
    help: "the service; else RECURRING_INTEGRATIONS_URL, or the one that runs here",
  },
  tenant: { type: "string", value: "id", help: "whose Entra ID gives the token; else as the service says" },
  "client-id": { type: "string", value: "id", help: "the application that asks" },
  "client-secret": {
    type: "string",
    value: "text",
    help: "its secret; other programs see it here, so prefer the file or the variable",
  },
  "client-secret-file": { type: "string", value: "file", help: "has its secret; - reads it from the standard input" },
  json: { type: "boolean", help: "answers in JSON, for scripts" },
  quiet: { type: "boolean", short: "q", help: "no progress" },
  help: { type: "boolean", short: "h", help: "this text" },
} as const satisfies OptionTable;

export type CommonValues = ValuesOf<typeof commonOptions>;

type ValueOf<F extends OptionFacts> = F["type"] extends "boolean" ? boolean : string;
/** What the options of a table come to. */
export type ValuesOf<O extends OptionTable> = {
  readonly [N in keyof O]?: O[N] extends { readonly multiple: true } ? readonly ValueOf<O[N]>[] : ValueOf<O[N]>;
};
