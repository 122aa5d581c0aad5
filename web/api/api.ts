import createClient, { type Client } from "openapi-fetch";
import type { Session } from "../session/session.ts";
import type { components, paths } from "./generated/api.ts";

/** The management API, as its OpenAPI document describes it. */
export type Api = Client<paths>;
export type Schemas = components["schemas"];

const keptAnswersMax = 200;

/** A refusal in the words of the service: what, where, and what to do. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? `The service answered with status ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly referredBy?: readonly { readonly kind: string; readonly name: string }[];
}

/** The service cannot be reached: the network is away, or the service is. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Asks as the person who is signed in; a read that was answered before is asked for as "if it has changed". */
export function createApi(session: Session): Api {
  return createClient<paths>({
    fetch: fetchAs(session),
    bodySerializer: (body: unknown) => (body instanceof Blob || body instanceof FormData ? body : JSON.stringify(body)),
    querySerializer: { object: { style: "form", explode: true } },
  });
}

interface KeptAnswer {
  readonly etag: string;
  readonly text: string;
  readonly type: string;
}

function fetchAs(session: Session): (request: Request) => Promise<Response> {
  const kept = new Map<string, KeptAnswer>();
  return async (request) => {
    const answer = await fetchOnce(session, request.clone(), kept);
    if (answer.status !== 401) return answer;
    session.giveUpToken();
    return fetchOnce(session, request, kept);
  };
}

async function fetchOnce(session: Session, request: Request, kept: Map<string, KeptAnswer>): Promise<Response> {
  const known = request.method === "GET" ? kept.get(request.url) : undefined;
  request.headers.set("authorization", `Bearer ${await reached(request, () => session.token())}`);
  if (known) request.headers.set("if-none-match", known.etag);
  const answer = await reached(request, () => fetch(request));
  if (answer.status === 304 && known) {
    return new Response(known.text, { headers: { "content-type": known.type, etag: known.etag } });
  }
  return request.method === "GET" ? keep(kept, request.url, answer) : answer;
}

async function reached<T>({ signal }: Request, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    // A fetch that comes to no answer throws just this.
    if (signal.aborted || !(error instanceof TypeError)) throw error;
    throw new Unreachable("The service cannot be reached. The page goes on by itself when it can.", { cause: error });
  }
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

interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** What was asked for; throws `Refused` for everything that is no success. */
export function read<T>({ data, error, response }: Outcome<T>): T {
  if (!response.ok) throw new Refused(response.status, toProblem(error));
  // A 204 has no body, and its type says so.
  return data as T;
}

/** With the ETag that a change of it must name. */
export function readVersioned<T>(outcome: Outcome<T>): { readonly value: T; readonly etag: string } {
  return { value: read(outcome), etag: outcome.response.headers.get("etag") ?? "" };
}

function toProblem(error: unknown): Problem {
  if (typeof error === "object" && error !== null) return error;
  return typeof error === "string" && error !== "" ? { detail: error } : {};
}
