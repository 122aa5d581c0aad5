// Runs in a thread of its own, for one transformation, and ends with it: whatever a stylesheet does to memory and time
// ends there too.
import { parentPort, workerData } from "node:worker_threads";
import { openProcessor } from "./processor.ts";
import { applyStylesheets, StylesheetRefused } from "./applyStylesheets.ts";
import type { WorkerTask, WorkerWord } from "./workerTypes.ts";

const task: WorkerTask = workerData;
const shownBytes = 64 * 1024;

function say(word: WorkerWord): void {
  const transferred = word.kind === "done" ? word.outputs.map(({ buffer }) => buffer) : [];
  parentPort?.postMessage(word, transferred);
}

const processor = await openProcessor(task.memoryBytesMax);
try {
  const outputs = await applyStylesheets(processor, task, {
    begin: (stylesheet) => say({ kind: "begun", stylesheet }),
    end: (output) => say({ kind: "applied", output: { start: output.slice(0, shownBytes), sizeBytes: output.length } }),
  });
  say({ kind: "done", outputs });
} catch (error) {
  // The processor ends in a trap, or somewhere in a template, where it gets no more memory or goes too deep.
  const isOfProcessor = !(error instanceof StylesheetRefused) || processor.isFull();
  say({ kind: "refused", text: error instanceof Error ? error.message : "", isOfProcessor });
}
