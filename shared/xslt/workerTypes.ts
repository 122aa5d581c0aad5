import type { StylesheetOutput, StylesheetText } from "../ports/transformer.ts";

/** What a worker is started with. Without a document it compiles alone. */
export interface WorkerTask {
  readonly stylesheets: readonly StylesheetText[];
  readonly document: Uint8Array<ArrayBuffer> | undefined;
  readonly memoryBytesMax: number;
  readonly outputBytesMax: number;
}

/** What it says: which stylesheet it has begun, what came out, or what is wrong. */
export type WorkerWord =
  | { readonly kind: "begun"; readonly stylesheet: number }
  | { readonly kind: "applied"; readonly output: StylesheetOutput }
  | { readonly kind: "done"; readonly outputs: readonly Uint8Array<ArrayBuffer>[] }
  | {
      readonly kind: "refused";
      readonly text: string;
      /** It did not judge, but broke: memory ran out, or the depth of its calls. */
      readonly isOfProcessor: boolean;
    };
