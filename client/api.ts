import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./generated/api.ts";

/** The API of the service, as its OpenAPI document describes it. */
export type Api = Client<paths>;
export type Schemas = components["schemas"];

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

export interface ApiOptions {
  /** Scheme and host of the service; of the page that asks where it is absent. */
  readonly baseUrl?: string;
  /** Answers each request, in place of the platform's own `fetch`: with a token, with repeats, or out of a test. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** A client in which every address of the service has its types. Files go in as a `Blob`, forms as `FormData`. */
export function createApi({ baseUrl, fetch }: ApiOptions): Api {
  return createClient<paths>({
    ...(baseUrl !== undefined && { baseUrl }),
    fetch,
    bodySerializer: (body: unknown) => (body instanceof Blob || body instanceof FormData ? body : JSON.stringify(body)),
    querySerializer: { object: { style: "form", explode: true } },
  });
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
