import { type ManagementApi, managementApi } from "../../definitions/managementApi.ts";

/** Speaks to the running service as one application, over real HTTP. */
export interface Client {
  /** Throws when the status is not one of `expected`. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
}

export interface SendOptions {
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected?: readonly number[] | "any";
}

/** The management API as the client may use it. */
export function apiOf(client: Client): ManagementApi {
  return managementApi("http://service", async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? {} : { body: await request.bytes() };
    const headers = Object.fromEntries(request.headers);
    return client.send(request.method, pathname + search, { ...body, headers, expected: "any" });
  });
}

export interface ClientAddress {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly secret: string;
}

/** The body as what the sender is known to send. */
export async function readJson<T>(response: Response): Promise<T> {
  return JSON.parse(await response.text());
}

const shownCharactersMax = 500;

export async function connect(address: ClientAddress): Promise<Client> {
  const token = await fetchToken(address);
  return {
    async send(method, path, { body, headers, expected = [200] } = {}) {
      const url = path.startsWith("http") ? path : `${address.baseUrl}${path}`;
      const response = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : Buffer.from(body) }),
        redirect: "manual",
      });
      if (expected === "any" || expected.includes(response.status)) return response;
      const text = (await response.text()).slice(0, shownCharactersMax);
      throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    },
  };
}

/** A token for the application, as a client gets one. */
export async function fetchToken({ baseUrl, tokenUrl, clientId, secret }: ClientAddress): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: secret,
    scope: `${baseUrl}/.default`,
  };
  const response = await fetch(tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  const answer = await readJson<{ readonly access_token?: string; readonly error_description?: string }>(response);
  if (answer.access_token !== undefined) return answer.access_token;
  throw new Error(`No token for ${clientId}: ${answer.error_description ?? response.status}`);
}
