import { type Api, createApi as createClientApi } from "../../client/api.ts";
import { fetchWithToken } from "../../client/fetchWithToken.ts";
import type { Session } from "../session/session.ts";

export { type Api, type Problem, read, readVersioned, Refused, type Schemas, Unreachable } from "../../client/api.ts";

const keptAnswersMax = 200;

/** Asks as the person who is signed in; a read that was answered before is asked for as "if it has changed". */
export function createApi(session: Session): Api {
  const unreachableText = "The service cannot be reached. The page goes on by itself when it can.";
  return createClientApi({ fetch: fetchWithToken(session, { ask: fetchIfChanged(), unreachableText }) });
}

interface KeptAnswer {
  readonly etag: string;
  readonly text: string;
  readonly type: string;
}

function fetchIfChanged(): (request: Request) => Promise<Response> {
  const kept = new Map<string, KeptAnswer>();
  return async (request) => {
    const known = request.method === "GET" ? kept.get(request.url) : undefined;
    if (known) request.headers.set("if-none-match", known.etag);
    const answer = await fetch(request);
    if (answer.status === 304 && known) {
      return new Response(known.text, { headers: { "content-type": known.type, etag: known.etag } });
    }
    return request.method === "GET" ? keep(kept, request.url, answer) : answer;
  };
}

async function keep(kept: Map<string, KeptAnswer>, url: string, answer: Response): Promise<Response> {
  const [etag, type] = [answer.headers.get("etag"), answer.headers.get("content-type") ?? ""];
  if (!answer.ok || etag === null || !type.startsWith("application/json")) return answer;
  const text = await answer.text();
  kept.delete(url);
  kept.set(url, { etag, type, text });
  const [oldest] = kept.keys();
  if (kept.size > keptAnswersMax && oldest !== undefined) kept.delete(oldest);
  return new Response(text, { status: answer.status, headers: answer.headers });
}
