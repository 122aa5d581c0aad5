import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Unreachable } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { type ActName, type Message, messageActs, type Wish } from "./messageActs.ts";

export interface Refusal {
  readonly message: Message;
  readonly error: unknown;
}

export interface Progress {
  readonly isRunning: boolean;
  readonly done: number;
  readonly refused: readonly Refusal[];
  readonly total: number;
}

/** Does one thing to many messages, the oldest first, one after the other: it says how far it is, and can be stopped. */
export function useBulk(name: ActName) {
  const api = useApi();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async (messages: readonly Message[], wish: Wish): Promise<Progress> => {
    const { signal } = (stop.current = new AbortController());
    let now: Progress = { isRunning: true, done: 0, refused: [], total: messages.length };
    setProgress(now);
    for (const message of messages.toSorted(byAge)) {
      if (signal.aborted) break;
      try {
        await messageActs[name].run(api, message.id, wish, signal);
        now = { ...now, done: now.done + 1 };
      } catch (error) {
        if (signal.aborted) break;
        now = { ...now, refused: [...now.refused, { message, error }] };
        // Without the service the others would fail alike.
        if (error instanceof Unreachable) break;
      }
      setProgress(now);
    }
    now = { ...now, isRunning: false };
    setProgress(now);
    void queries.invalidateQueries();
    return now;
  };
  return { progress, start, stop: () => stop.current?.abort() };
}

function byAge(one: Message, other: Message): number {
  return Date.parse(one.enqueuedAt) - Date.parse(other.enqueuedAt);
}
