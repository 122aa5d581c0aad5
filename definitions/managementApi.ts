/** Asks the management API of a service, for one who may manage it. Addresses start below `manage/api/`. */
export type ManagementApi = (method: string, address: string, request?: ApiRequest) => Promise<ApiAnswer>;

export interface ApiRequest {
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  /** The ETag of what is replaced or deleted; without one nothing may be there. */
  readonly ifMatch?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly etag: string | undefined;
  /** Undefined where the answer is no JSON. */
  readonly json: unknown;
}

/** What the service refused, in its words. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;

  constructor(what: string, answer: ApiAnswer) {
    super(`${what}: ${toRefusal(answer)}`);
    this.status = answer.status;
  }
}

/** The management API of the service at an address, by what sends requests with a token. */
export function managementApi(baseUrl: string, send: (request: Request) => Promise<Response>): ManagementApi {
  return async (method, address, { json, bytes, ifMatch } = {}) => {
    const body = json === undefined ? bytes && new Uint8Array(bytes) : JSON.stringify(json);
    const request = new Request(`${baseUrl.replace(/\/+$/u, "")}/manage/api/${address}`, {
      method,
      headers: {
        ...(json !== undefined && { "content-type": "application/json" }),
        ...(ifMatch !== undefined && { "if-match": ifMatch }),
      },
      ...(body !== undefined && { body }),
    });
    const response = await send(request);
    const isJson = /^application\/(?:[\w.-]+\+)?json\b/iu.test(response.headers.get("content-type") ?? "");
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get("etag") ?? undefined,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
}

/** The answer, when it is none of a refusal. */
export function accepted(what: string, answer: ApiAnswer): ApiAnswer {
  if (isAccepted(answer)) return answer;
  throw new RefusedError(what, answer);
}

export function isAccepted({ status }: ApiAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Why the service refused, in its words. */
export function toRefusal({ status, json }: ApiAnswer): string {
  const { detail, errors } = toProblem(json);
  const members = errors.filter(({ message }) => !detail.includes(message));
  const more = members.map(({ path, message }) => `\n    ${path}: ${message}`).join("");
  return `${detail === "" ? "The service says nothing more" : detail} (${status})${more}`;
}

interface Told {
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

function toProblem(json: unknown): Told {
  const { detail, errors }: { readonly detail?: unknown; readonly errors?: unknown } = Object(json);
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [];
  return {
    detail: textOf(detail),
    errors: list.map((each) => {
      const { path, message }: { readonly path?: unknown; readonly message?: unknown } = Object(each);
      return { path: textOf(path), message: textOf(message) };
    }),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
