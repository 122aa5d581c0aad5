import type { Api, Schemas } from "../../api/api.ts";
import { read } from "../../api/api.ts";
import { saveAnswer } from "../Download.tsx";

export type Message = Schemas["Message"];
export type ActName = "retry" | "release" | "redeliver" | "discard" | "download";

/** What somebody chose in the question before the act. */
export interface Wish {
  readonly rows: "all" | "rejected";
  readonly isForced: boolean;
  readonly reason: string;
}

interface Act {
  /** What the button says. */
  readonly text: string;
  /** "3 messages retried" */
  readonly done: string;
  /** Why the service would refuse it as the message stands; undefined when it may be done. The service has the last word. */
  readonly whyNot: (message: Message, wish: Pick<Wish, "rows">) => string | undefined;
  readonly run: (api: Api, id: string, wish: Wish, signal: AbortSignal) => Promise<unknown>;
}

const path = (id: string) => ({ path: { id } });

export const messageActs: Readonly<Record<ActName, Act>> = {
  retry: {
    text: "Retry",
    done: "retried",
    whyNot: ({ state, direction }, { rows }) => {
      if (direction === "export") return state === "PostProcessingError" ? undefined : "did not fail";
      if (rows === "rejected" && state !== "ProcessedWithErrors") return "has no run that ended with rejected rows";
      return retriable[state];
    },
    run: async (api, id, { rows, isForced }) =>
      read(
        await api.POST("/manage/api/messages/{id}/retry", {
          params: { ...path(id), query: { rows, force: isForced } },
        }),
      ),
  },
  release: {
    text: "Release",
    done: "released",
    whyNot: ({ isBlocking }) => (isBlocking ? undefined : "blocks no job"),
    run: async (api, id) => read(await api.POST("/manage/api/messages/{id}/release", { params: path(id) })),
  },
  redeliver: {
    text: "Redeliver",
    done: "put back into their queues",
    whyNot: ({ state, direction }) =>
      direction === "export" && state === "Acked" ? undefined : "is no export that was acknowledged",
    run: async (api, id) => read(await api.POST("/manage/api/messages/{id}/redeliver", { params: path(id) })),
  },
  discard: {
    text: "Discard",
    done: "discarded",
    whyNot: ({ state }) => discardable[state],
    run: async (api, id, { reason }) =>
      read(await api.POST("/manage/api/messages/{id}/discard", { params: path(id), body: { reason } })),
  },
  download: {
    text: "Download",
    done: "downloaded",
    whyNot: () => undefined,
    run: async (api, id, _, signal) =>
      saveAnswer(
        await api.GET("/manage/api/messages/{id}/content", { params: path(id), parseAs: "stream", signal }),
        id,
      ),
  },
};

type Reasons = Readonly<Partial<Record<Schemas["MessageState"], string>>>;

const goesOn: Reasons = { PreProcessing: "is in process", Processing: "is in process" };
const retriable: Reasons = {
  ...goesOn,
  Enqueued: "waits to be processed",
  Processed: "was processed without errors",
  Discarded: "was discarded for good",
};
const discardable: Reasons = {
  ...goesOn,
  Processed: "has ended",
  ProcessedWithErrors: "has ended",
  Acked: "was acknowledged",
  Discarded: "was discarded before",
};

/** Those of the messages for which the act makes sense as they stand. */
export function ableFor(name: ActName, messages: readonly Message[]): readonly Message[] {
  return messages.filter((message) => messageActs[name].whyNot(message, { rows: "all" }) === undefined);
}
