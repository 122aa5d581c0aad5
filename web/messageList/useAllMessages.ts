import { useQuery } from "@tanstack/react-query";
import { type Api, read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { isIdBeginning, isOpen, type MessageOfJob, type Standing } from "./standings.ts";

const pageItems = 200;

/** The messages of all jobs that stand so. */
export function useStanding(standing: Standing, span: { from?: string; to?: string }) {
  const api = useApi();
  const within = isOpen(standing) ? {} : span;
  return usePages(["messages", standing, within], async (continuation, signal) => {
    const query = { standing, limit: pageItems, ...within, ...(continuation !== undefined && { continuation }) };
    return read(await api.GET("/manage/api/messages", { params: { query }, signal }));
  });
}

interface Found {
  readonly items: readonly MessageOfJob[];
  readonly isAtLeast: boolean;
}

/** The messages whose id, or whose file name, begins so. */
export function useFound(text: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["messages", "found", text],
    enabled: text !== "",
    queryFn: async ({ signal }): Promise<Found> => {
      const questions = [{ externalIdentifier: text }, ...(isIdBeginning(text) ? [{ id: text }] : [])];
      const answers = await Promise.all(questions.map((query) => find(api, query, signal)));
      const all = new Map(answers.flatMap(({ items }) => items.map((item) => [item.id, item] as const)));
      return { items: [...all.values()], isAtLeast: answers.some(({ isAtLeast }) => isAtLeast === true) };
    },
  });
}

async function find(
  api: Api,
  query: { readonly id?: string; readonly externalIdentifier?: string },
  signal: AbortSignal,
) {
  return read(await api.GET("/manage/api/messages", { params: { query }, signal }));
}
