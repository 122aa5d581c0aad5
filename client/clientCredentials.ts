import { Refused, type Schemas } from "./api.ts";
import type { Tokens } from "./fetchWithToken.ts";
import { type Ask, reach } from "./reach.ts";

/** By what an application proves who it is, and to whom. */
export interface ClientCredentials {
  /** Who gives tokens for the service, by OpenID Connect, as `findIssuer` answers it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** In place of the platform's own `fetch`. */
  readonly ask?: Ask;
}

/** No token was given; the message is the issuer's, and never has the secret. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
}

const earlyMs = 5 * 60_000;

/** Tokens that an application gets for itself; one is kept until shortly before its end. */
export function clientCredentials(credentials: ClientCredentials): Tokens {
  let kept: { readonly token: Promise<GivenToken> } | undefined;
  const next = (): Promise<GivenToken> => {
    const token = fetchToken(credentials);
    kept = { token };
    token.catch(() => (kept = undefined));
    return token;
  };
  return {
    async token() {
      const given = await kept?.token;
      return (given && given.goodUntil > Date.now() ? given : await next()).token;
    },
    giveUpToken: () => void (kept = undefined),
  };
}

/** Who gives tokens for the service at an address, as the service itself says, and for which scope an application asks. */
export async function findIssuer(
  baseUrl: string,
  ask: Ask = fetch,
): Promise<Pick<ClientCredentials, "issuer" | "scope">> {
  const answer = await reach(
    new Request(new URL("/manage/api/sign-in", baseUrl)),
    ask,
    `${baseUrl} cannot be reached.`,
  );
  if (!answer.ok) throw new Refused(answer.status, { detail: `${baseUrl} does not say where its tokens come from.` });
  const { issuer, clientId }: Schemas["SignIn"] = JSON.parse(await answer.text());
  return { issuer, scope: `${clientId}/.default` };
}

interface GivenToken {
  readonly token: string;
  /** In epoch milliseconds. */
  readonly goodUntil: number;
}

async function fetchToken(credentials: ClientCredentials): Promise<GivenToken> {
  const { issuer, clientId, clientSecret, scope, ask = fetch } = credentials;
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope };
  const url = await findTokenUrl(issuer, ask);
  const request = new Request(url, { method: "POST", body: new URLSearchParams(form), redirect: "error" });
  const answer = await reach(request, ask, `${issuer} cannot be reached.`);
  const { access_token, expires_in, error_description }: TokenAnswer = await readJson(answer);
  if (!answer.ok || typeof access_token !== "string") {
    throw new TokenRefused(error_description ?? `${issuer} answered with status ${answer.status}, and gave no token.`);
  }
  const lifeMs = (Number(expires_in) || 0) * 1000;
  return { token: access_token, goodUntil: Date.now() + lifeMs - Math.min(earlyMs, lifeMs / 2) };
}

interface TokenAnswer {
  readonly access_token?: unknown;
  readonly expires_in?: unknown;
  readonly error_description?: string;
}

/** The secret goes nowhere else than to the issuer's own host. */
async function findTokenUrl(issuer: string, ask: Ask): Promise<URL> {
  const place = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const answer = await reach(new Request(place, { redirect: "error" }), ask, `${issuer} cannot be reached.`);
  const { token_endpoint }: { readonly token_endpoint?: unknown } = await readJson(answer);
  if (typeof token_endpoint === "string" && URL.canParse(token_endpoint)) {
    const url = new URL(token_endpoint);
    if (url.origin === place.origin) return url;
  }
  throw new TokenRefused(`${place.href} names no place for tokens (status ${answer.status}).`);
}

/** What is no object is one without members. */
async function readJson(answer: Response): Promise<object> {
  try {
    const json: unknown = JSON.parse(await answer.text());
    return typeof json === "object" && json !== null ? json : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
