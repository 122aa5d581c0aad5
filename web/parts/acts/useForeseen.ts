import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Api, read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { type ActName, type Message, toRequest, type Wish } from "./messageActs.ts";

/** What would become of the messages. */
export interface Foreseen {
  /** When it was looked at; undefined for what changes nothing. */
  readonly at?: string;
  /** In the order in which they would be come to. */
  readonly items: readonly ForeseenMessage[];
}

export interface ForeseenMessage {
  readonly id: string;
  readonly externalIdentifier?: string;
  readonly isAble: boolean;
  /** What would happen, or why nothing would. */
  readonly text: string;
  /** Of a run of rejected rows: how many. */
  readonly rowCount?: number;
}

const messagesAtOnceMax = 200;

/** Asks the service what would become of the messages; the answer stays as it was, since it is what somebody agrees to. */
export function useForeseen(name: ActName, messages: readonly Message[], wish: Wish, isAsked: boolean) {
  const api = useApi();
  const { rows, isForced } = wish;
  return useQuery({
    queryKey: ["foreseen", name, messages.map(({ id }) => id), rows, isForced],
    queryFn: ({ signal }) => (name === "download" ? saved(messages) : foresee(api, name, messages, wish, signal)),
    enabled: isAsked,
    // What was chosen before stays in sight until the answer to the new choice is there.
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
    refetchInterval: false,
    refetchOnWindowFocus: false,
  });
}

function saved(messages: readonly Message[]): Foreseen {
  const text = "The file is saved where your browser saves files. Nothing changes.";
  return { items: messages.map((message) => ({ ...message, isAble: true, text })) };
}

async function foresee(
  api: Api,
  name: Exclude<ActName, "download">,
  messages: readonly Message[],
  wish: Wish,
  signal: AbortSignal,
): Promise<Foreseen> {
  const items: ForeseenMessage[] = [];
  let left: readonly string[] = inOrder(name, messages).map(({ id }) => id);
  let at: string | undefined;
  while (left.length > 0) {
    const body = toPreviewed(toRequest(name, left.slice(0, messagesAtOnceMax), wish));
    const found = read(await api.POST("/manage/api/messages/actions/preview", { body, signal }));
    items.push(...found.items.map(toForeseen));
    at ??= found.at;
    left = [...found.remaining, ...left.slice(messagesAtOnceMax)];
  }
  return { items, ...(at !== undefined && { at }) };
}

/** Why something is given up need not be known yet. */
function toPreviewed(request: Schemas["MessageActionRequest"]): Schemas["MessageActionPreviewRequest"] {
  const { action, messageIds } = request;
  return action === "discard" ? { action, messageIds } : request;
}

function toForeseen({ change, refusal, ...message }: Schemas["PreviewedMessage"]): ForeseenMessage {
  const text = change?.effect ?? refusal?.detail ?? "";
  const { rowCount } = change ?? {};
  return { ...message, isAble: change !== undefined, text, ...(rowCount !== undefined && { rowCount }) };
}

/** As the service comes to those that one call names: the oldest first, and what is given up from the back. */
function inOrder(name: ActName, messages: readonly Message[]): readonly Message[] {
  const forward = name === "discard" ? -1 : 1;
  return messages.toSorted((one, other) => forward * (Date.parse(one.enqueuedAt) - Date.parse(other.enqueuedAt)));
}
