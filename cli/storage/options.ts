import type { OptionTable, ValuesOf } from "../options.ts";

/** What a command takes that looks at the storage itself, and not at the service before it. */
export const storageOptions = {
  account: {
    type: "string",
    value: "address",
    help: "its storage account: https://NAME.blob.core.windows.net; else as DataStorage says, or of the service that runs here",
  },
} as const satisfies OptionTable;

export type StorageValues = ValuesOf<typeof storageOptions>;
