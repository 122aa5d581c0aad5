import type { FunctionMetadata, InvocationResponse, LogLevel } from "./coreTypes.ts";
import type { Call } from "./functionApp.ts";

/** What the host says to its worker. */
export type HostMessage =
  | { readonly kind: "load"; readonly appRoot: string; readonly certificates: readonly string[] }
  | { readonly kind: "invoke"; readonly id: string; readonly name: string; readonly call: Call }
  /** Whether the app has the input of this invocation. */
  | { readonly kind: "askBegun"; readonly id: string }
  | { readonly kind: "askUsage" }
  | { readonly kind: "terminate" };

/** What the worker says to its host. */
export type WorkerMessage =
  | { readonly kind: "loaded"; readonly functions: readonly FunctionMetadata[]; readonly streamUri: string | undefined }
  | { readonly kind: "notLoaded"; readonly error: Error }
  | { readonly kind: "log"; readonly level: LogLevel; readonly category: string; readonly message: string }
  | { readonly kind: "returned"; readonly id: string; readonly response: InvocationResponse }
  | { readonly kind: "threw"; readonly id: string; readonly error: Error }
  | { readonly kind: "begun"; readonly id: string; readonly isBegun: boolean }
  | { readonly kind: "usage"; readonly usage: NodeJS.ResourceUsage };
