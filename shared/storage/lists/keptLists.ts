import type { Clock, Executions } from "../../ports.ts";
import type { Span } from "../../ports/lists.ts";
import { beyond, newestFirstTimeKey } from "../rows/keys.ts";
import type { KeyRange } from "../rows/rowPages.ts";
import type { EndedMessages } from "./endedMessages.ts";
import type { ExecutionList } from "./executionList.ts";
import type { MissedList } from "./missedRuns.ts";

/** The lists with what they are held against. */
export interface Kept {
  readonly executions: Pick<Executions, "find">;
  readonly ended: EndedMessages;
  readonly listed: ExecutionList;
  readonly missed: MissedList;
  readonly clock: Clock;
}

/** The keys of a list that sorts against the time. */
export function newestFirst(prefix: string, { from, to }: Span): KeyRange {
  return {
    from: to === undefined ? prefix : `${prefix}${newestFirstTimeKey(Math.max(to - 1, 0))}`,
    below: from === undefined ? beyond(prefix) : `${prefix}${newestFirstTimeKey(Math.max(from - 1, 0))}`,
  };
}
