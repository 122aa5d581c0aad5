import { Worker } from "node:worker_threads";
import { DomainError } from "../domain/errors.ts";
import type { StylesheetOutput, StylesheetText, TransformedDocument, Transformer } from "../ports/transformer.ts";
import type { WorkerTask, WorkerWord } from "./workerTypes.ts";

export interface TransformerLimits {
  /** For all stylesheets of a document together. */
  readonly durationMsMax: number;
  readonly documentBytesMax: number;
  readonly outputBytesMax: number;
  /** What the processor takes at least, and for each byte of the document: it holds it whole, and its result beside it. */
  readonly memoryBytes: number;
  readonly memoryBytesPerByte: number;
}

const transformerLimits: TransformerLimits = {
  durationMsMax: 120_000,
  documentBytesMax: 64 * 1024 * 1024,
  outputBytesMax: 256 * 1024 * 1024,
  memoryBytes: 96 * 1024 * 1024,
  memoryBytesPerByte: 20,
};

type Tell = (output: StylesheetOutput) => void;

/** Of the worker's own heap, in which next to nothing lies. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/**
 * Applies stylesheets in a worker of their own for each document: it is ended when they have taken too long, and with it
 * goes whatever they took. One at a time, since a document takes much memory.
 */
export function workerTransformer(limits: Partial<TransformerLimits> = {}): Transformer {
  const all = { ...transformerLimits, ...limits };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (task: Pick<WorkerTask, "stylesheets" | "document">, tell?: Tell): Promise<TransformedDocument> => {
    const mine = last.then(
      () => run(task, all, tell),
      () => run(task, all, tell),
    );
    last = mine;
    return mine;
  };
  return {
    documentBytesMax: all.documentBytesMax,
    async check(stylesheet) {
      await inTurn({ stylesheets: [stylesheet], document: undefined });
    },
    async transform(stylesheets, document, tell) {
      if (document.length > all.documentBytesMax) {
        const text = `The file has ${inMegabytes(document.length)} MB; a stylesheet takes ${inMegabytes(all.documentBytesMax)} at most. Split the file, or raise StylesheetMegabytes.`;
        throw new DomainError("invalid", text);
      }
      return inTurn({ stylesheets, document: new Uint8Array(document) }, tell);
    },
  };
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

function run(
  { stylesheets, document }: Pick<WorkerTask, "stylesheets" | "document">,
  limits: TransformerLimits,
  tell?: Tell,
): Promise<TransformedDocument> {
  const memoryBytesMax = limits.memoryBytes + limits.memoryBytesPerByte * (document?.length ?? 0);
  const { outputBytesMax } = limits;
  const workerData: WorkerTask = { stylesheets, document, memoryBytesMax, outputBytesMax };
  const transferList = document ? [document.buffer] : [];
  const worker = new Worker(workerUrl(), { workerData, transferList, resourceLimits, env: {}, execArgv: [] });
  const ended = outcome(worker, stylesheets, limits, tell);
  return ended.finally(() => worker.terminate());
}

/** In the built app the worker is a file beside its chunks. */
function workerUrl(): URL {
  const isBuilt = import.meta.url.endsWith(".js");
  return new URL(isBuilt ? "../xslt/worker.js" : "./worker.ts", import.meta.url);
}

function outcome(
  worker: Worker,
  stylesheets: readonly StylesheetText[],
  { durationMsMax }: TransformerLimits,
  tell: Tell | undefined,
): Promise<TransformedDocument> {
  let at = 0;
  const refused = (text: string): DomainError => refusal(stylesheets[at]?.name ?? "", text);
  return new Promise<TransformedDocument>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        refused(
          `it took longer than ${durationMsMax / 1000} seconds and was ended. Does it call itself for ever, or is StylesheetSeconds too small?`,
        ),
      );
    }, durationMsMax);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    worker.on("message", (word: WorkerWord) => {
      if (word.kind === "begun") at = word.stylesheet;
      else if (word.kind === "applied") tell?.(word.output);
      else if (word.kind === "done") end(() => resolve({ outputs: word.outputs }));
      else end(() => reject(refused(word.isOfProcessor ? broken : word.text)));
    });
    worker.on("error", () => end(() => reject(refused(broken))));
    worker.on("exit", () => end(() => reject(refused(broken))));
  });
}

const broken =
  "the processor broke off: the stylesheet goes too deep, or takes more memory than a document of this size may. Does it call itself for ever, or make more than it reads?";

function refusal(name: string, text: string): DomainError {
  return new DomainError("invalid", `Stylesheet "${name}": ${text.replace(/\.$/, "")}.`);
}
