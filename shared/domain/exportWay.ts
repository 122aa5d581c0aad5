import type { ExportState } from "./message.ts";

/** What a person can do about an export, by what it is, and whether it is a job's. */
export function exportWay(state: ExportState, isQueued: boolean): string {
  const again = isQueued ? "run the job for another one" : "export by its project for another one";
  switch (state) {
    case "Acked":
      return "it was acknowledged; redeliver puts it back into its queue";
    case "Enqueued":
      return "its file waits for the next dequeue; discard gives it up";
    case "Dequeued":
    case "Downloaded":
      return "a client has it, and it waits again when that delivery runs out; discard gives it up";
    case "PreProcessing":
    case "Processing":
      return "its run goes on; discard gives it up while no worker holds it";
    case "PostProcessingError":
      return "it failed; retry runs it again, discard gives it up";
    case "Processed":
      return isQueued ? `its run found no records and made no file; ${again}` : `its run has ended; ${again}`;
    case "Discarded":
      return `it was discarded for good; ${again}`;
  }
}
