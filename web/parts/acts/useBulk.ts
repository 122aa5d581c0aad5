import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Api, read, Refused, Unreachable } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { saveAnswer } from "../Download.tsx";
import { messageOf } from "../Failure.tsx";
import { type ActName, toRequest, type Wish } from "./messageActs.ts";

export interface Progress {
  readonly isRunning: boolean;
  /** By the id of a message: why nothing was done; empty when it was. Those that are missing were not come to. */
  readonly outcomes: ReadonlyMap<string, string>;
  readonly total: number;
  /** What ended it before all were come to. */
  readonly error?: unknown;
  /** The ids of the call whose answer was lost: whether it was done is not known. */
  readonly unknown?: readonly string[];
}

/** What is to be done. */
interface Order {
  readonly name: ActName;
  readonly wish: Wish;
  /** When the messages were looked at: what changed since is left as it is. */
  readonly unchangedSince: string | undefined;
}

interface Answer {
  readonly items: readonly { readonly id: string; readonly whyNot?: string }[];
  readonly remaining: readonly string[];
}

/** So many a call: few enough that it is soon seen how far it is, and that it stops soon. */
const messagesAtOnceMax = 10;

/** Does one thing to many messages in their order: it says how far it is, and can be stopped. */
export function useBulk() {
  const api = useApi();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async (ids: readonly string[], order: Order): Promise<Progress> => {
    const { signal } = (stop.current = new AbortController());
    const outcomes = new Map<string, string>();
    let now: Progress = { isRunning: true, outcomes, total: ids.length };
    let left = ids;
    let asked: readonly string[] = [];
    setProgress(now);
    try {
      while (left.length > 0 && !signal.aborted) {
        const size = order.name === "download" ? 1 : messagesAtOnceMax;
        asked = left.slice(0, size);
        const { items, remaining } = await doSome(api, asked, order, signal);
        for (const { id, whyNot = "" } of items) outcomes.set(id, whyNot);
        left = [...remaining, ...left.slice(size)];
        setProgress((now = { ...now, outcomes: new Map(outcomes) }));
      }
    } catch (error) {
      const isChange = order.name !== "download";
      if (isChange || !signal.aborted) now = { ...now, error };
      if (isChange && !isRefusal(error)) now = { ...now, unknown: asked };
    }
    now = { ...now, outcomes, isRunning: false };
    setProgress(now);
    void queries.invalidateQueries();
    return now;
  };
  return { progress, start, stop: () => stop.current?.abort() };
}

/** Nothing of the call was done. */
function isRefusal(error: unknown): boolean {
  return error instanceof Refused && error.status < 500;
}

async function doSome(api: Api, ids: readonly string[], order: Order, signal: AbortSignal): Promise<Answer> {
  const { name, wish, unchangedSince } = order;
  if (name === "download") return { items: await Promise.all(ids.map((id) => save(api, id, signal))), remaining: [] };
  const body = { ...toRequest(name, [...ids], wish), ...(unchangedSince !== undefined && { unchangedSince }) };
  // A call that is under way is waited for: what it has done must not be taken for left as it was.
  const { items, remaining } = read(await api.POST("/manage/api/messages/actions", { body }));
  return {
    items: items.map(({ id, isDone, refusal }) => ({ id, ...(!isDone && { whyNot: refusal?.detail ?? "Refused." }) })),
    remaining,
  };
}

async function save(api: Api, id: string, signal: AbortSignal): Promise<Answer["items"][number]> {
  try {
    const params = { path: { id } };
    await saveAnswer(await api.GET("/manage/api/messages/{id}/content", { params, parseAs: "stream", signal }), id);
    return { id };
  } catch (error) {
    // Without the service the others would fail alike.
    if (signal.aborted || error instanceof Unreachable) throw error;
    return { id, whyNot: messageOf(error) };
  }
}
