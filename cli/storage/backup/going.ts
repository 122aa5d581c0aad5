import type { Going } from "../../../shared/storage/backup/backup.ts";
import type { Call } from "../../command.ts";

/** Draws how far it has come, and stops at Ctrl-C. */
export function goingOf({ progress, signal }: Pick<Call, "progress" | "signal">, name: string) {
  const step = progress.begin({ name });
  return {
    tell: ({ rows, blobs, bytes }: Going): void => {
      signal.throwIfAborted();
      step.at(bytes, `${rows.toLocaleString("en")} rows, ${blobs.toLocaleString("en")} files`);
    },
    end: (): void => {
      step.done();
      progress.end();
    },
  };
}
