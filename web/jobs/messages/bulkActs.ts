import { read } from "../../api/api.ts";
import type { Api } from "../../api/api.ts";
import { saveAnswer } from "../../parts/Download.tsx";
import type { Message } from "./messageColumns.tsx";

interface Wish {
  /** Why, for who sent a message that is given up. */
  readonly reason: string;
  /** Only the rows that were rejected, which leaves all others as they are. */
  readonly isOfRejected: boolean;
  /** Also where newer values are written over. */
  readonly isForced: boolean;
}

export interface BulkAct {
  readonly name: string;
  /** What it does to each, before it is done. */
  readonly what: string;
  readonly needs?: "reason" | "rows";
  readonly suits: (message: Message) => boolean;
  readonly act: (api: Api, message: Message, wish: Wish, signal: AbortSignal) => Promise<unknown>;
}

const failed: ReadonlySet<Message["state"]> = new Set([
  "ProcessedWithErrors",
  "PreProcessingError",
  "PostProcessingError",
]);
const settled: ReadonlySet<Message["state"]> = new Set([
  "Processed",
  "Acked",
  "Discarded",
  "PreProcessing",
  "Processing",
]);

/** What can be done to many messages at once. */
export const bulkActs: readonly BulkAct[] = [
  {
    name: "Retry",
    what: "Each is processed again from its original file, the one that came first first.",
    needs: "rows",
    suits: ({ parked, state }) => parked !== undefined || failed.has(state),
    act: async (api, { id }, { isForced, isOfRejected }, signal) =>
      read(
        await api.POST("/manage/api/messages/{id}/retry", {
          params: {
            path: { id },
            query: { ...(isForced && { force: true }), ...(isOfRejected && { rows: "rejected" }) },
          },
          signal,
        }),
      ),
  },
  {
    name: "Release",
    what: "The failed message that blocks its job is parked, and the next one goes on.",
    suits: ({ isBlocking }) => isBlocking,
    act: async (api, { id }, _, signal) =>
      read(await api.POST("/manage/api/messages/{id}/release", { params: { path: { id } }, signal })),
  },
  {
    name: "Offer again",
    what: "Each was acknowledged and goes back into the queue: the next dequeue gets its file as a new delivery.",
    suits: ({ direction, state }) => direction === "export" && state === "Acked",
    act: async (api, { id }, _, signal) =>
      read(await api.POST("/manage/api/messages/{id}/redeliver", { params: { path: { id } }, signal })),
  },
  {
    name: "Discard",
    what: "Each is given up for good: its file is not processed, or not offered any more.",
    needs: "reason",
    suits: ({ state, parked }) => parked !== undefined || !settled.has(state),
    act: async (api, { id }, { reason }, signal) =>
      read(await api.POST("/manage/api/messages/{id}/discard", { params: { path: { id } }, body: { reason }, signal })),
  },
  {
    name: "Download",
    what: "The file of each is saved where your browser saves files.",
    suits: () => true,
    act: async (api, { id }, _, signal) =>
      saveAnswer(
        await api.GET("/manage/api/messages/{id}/content", { params: { path: { id } }, parseAs: "stream", signal }),
        id,
      ),
  },
];
