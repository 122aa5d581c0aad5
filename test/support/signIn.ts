import { createHash, randomBytes } from "node:crypto";
import { scopeOf } from "../../shared/auth/authority.ts";
import { apiClientId, tenantId } from "../../local/issuer/applications.ts";
import type { Person } from "../../local/issuer/people.ts";

export interface Site {
  /** The origin at which the browser finds the issuer. */
  readonly issuerUrl: string;
  /** Where the page is. */
  readonly redirectUri: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into the JSON that it expects
  readonly json: any;
}

export const verifier = randomBytes(32).toString("base64url");
export const challenge = createHash("sha256").update(verifier).digest("base64url");
export const pageScope = scopeOf(apiClientId);

type Changes = Readonly<Record<string, string | undefined>>;

/** What the page's client library asks for, with changes; undefined leaves a parameter out. */
export function askFor({ redirectUri }: Site, changes: Changes = {}): URLSearchParams {
  const asked = {
    client_id: apiClientId,
    response_type: "code",
    response_mode: "fragment",
    redirect_uri: redirectUri,
    scope: `${pageScope} openid profile offline_access`,
    state: "state-1",
    nonce: "nonce-1",
    code_challenge: challenge,
    code_challenge_method: "S256",
    client_info: "1",
    ...changes,
  };
  return new URLSearchParams(Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

export async function send(site: Site, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${site.issuerUrl}/${tenantId}/oauth2/v2.0/${path}`, { redirect: "manual", ...init });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith("{") ? JSON.parse(text) : {},
  };
}

/** Sends the form as somebody who chooses this person. */
export function choose(site: Site, asked: URLSearchParams, person: Pick<Person, "objectId">): Promise<Answer> {
  return send(site, `authorize?${asked.toString()}`, {
    method: "POST",
    headers: { origin: site.issuerUrl },
    body: new URLSearchParams({ person: person.objectId }),
  });
}

/** What came back to the page, in the query or the fragment of its address. */
export function returned({ headers }: Answer): Readonly<Record<string, string>> {
  const url = new URL(headers.get("location")!);
  return Object.fromEntries(new URLSearchParams(url.hash === "" ? url.search : url.hash.slice(1)));
}

export function redeem(site: Site, changes: Changes, origin = new URL(site.redirectUri).origin): Promise<Answer> {
  const form = {
    client_id: apiClientId,
    grant_type: "authorization_code",
    redirect_uri: site.redirectUri,
    code_verifier: verifier,
    ...changes,
  };
  const body = new URLSearchParams(
    Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return send(site, "token", { method: "POST", headers: { origin }, body });
}

/** The page's access token for a person, by the whole way that a browser goes. */
export async function signInAs(site: Site, person: Person): Promise<string> {
  const { code } = returned(await choose(site, askFor(site), person));
  const { json } = await redeem(site, { code });
  return json.access_token;
}
