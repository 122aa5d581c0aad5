import * as oauth from "oauth4webapi";
import { type ExampleClient, exampleClientOf } from "./exampleClient.ts";

/** What the service says about signing in to it (`GET /manage/api/sign-in`). */
interface SignInFacts {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  /** In epoch milliseconds. */
  readonly expiresAt: number;
}

/** A sign-in that is on its way: what must come back with the answer, and where the person wanted to go. */
interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly target: string;
}

export interface Session {
  /** An access token that is good for another minute at least. Leaves the page to sign in where there is none. */
  readonly token: () => Promise<string>;
  /** What was given last is refused: the next one is another, or the person signs in again. */
  readonly giveUpToken: () => void;
  readonly signOut: () => Promise<void>;
  readonly exampleClient: () => Promise<ExampleClient | undefined>;
}

const tokensKey = "recurring-integrations.tokens";
const attemptKey = "recurring-integrations.sign-in";
const enoughMs = 60_000;
const base = "/manage";

/** The sign-in was refused, or ended without a token. */
export class SignInFailed extends Error {
  override readonly name = "SignInFailed";
}

/**
 * The person's session with Entra ID, or with the issuer of a local service: the authorization code flow with PKCE, by
 * full redirects, so that nothing of the page may be framed. Tokens are kept for as long as the tab is open.
 */
export function createSession(): Session {
  // At once, so that whatever looks at the address finds the one that the person wanted.
  let answer = takeAnswer();
  let ready: Promise<Tokens> | undefined;
  let server: Promise<Server> | undefined;
  const findServer = (): Promise<Server> => (server ??= readServer().catch(forget(() => (server = undefined))));
  const begin = async (): Promise<Tokens> => {
    const kept = readKept();
    const taken = answer;
    answer = undefined;
    if (taken) return keep(await completeSignIn(await findServer(), taken));
    if (kept && isGood(kept)) return kept;
    if (kept?.refreshToken !== undefined) return renew(await findServer(), kept.refreshToken);
    return leaveToSignIn(await findServer());
  };
  // A refused sign-in stays refused until the person begins anew; what could not be reached may be so the next time.
  const start = (): Promise<Tokens> => begin().catch(forget(() => (ready = undefined)));

  return {
    async token() {
      const current = await (ready ??= start());
      if (isGood(current)) return current.accessToken;
      ready = start();
      return (await ready).accessToken;
    },
    giveUpToken() {
      const kept = readKept();
      if (kept) keep({ ...kept, expiresAt: 0 });
      ready = undefined;
    },
    async signOut() {
      const kept = readKept();
      sessionStorage.removeItem(tokensKey);
      const { authorizationServer, facts } = await findServer();
      const url = new URL(authorizationServer.end_session_endpoint ?? base, location.origin);
      url.searchParams.set("post_logout_redirect_uri", `${redirectUri()}/signed-out`);
      url.searchParams.set("client_id", facts.clientId);
      if (kept?.idToken !== undefined) url.searchParams.set("id_token_hint", kept.idToken);
      location.assign(url);
    },
    exampleClient: async () => exampleClientOf((await findServer()).authorizationServer),
  };
}

function forget(kept: () => void): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SignInFailed)) kept();
    throw error;
  };
}

interface Server {
  readonly facts: SignInFacts;
  readonly authorizationServer: oauth.AuthorizationServer;
  readonly client: oauth.Client;
}

/** The issuer of a local service speaks without TLS on the machine itself. */
const options = (url: URL) => ({ [oauth.allowInsecureRequests]: url.hostname === "localhost" });

async function readServer(): Promise<Server> {
  const answer = await fetch(`${base}/api/sign-in`);
  if (!answer.ok) throw new Error(`The service does not say where people sign in: status ${answer.status}.`);
  const facts: SignInFacts = await answer.json();
  const issuer = new URL(facts.issuer);
  const found = await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...options(issuer) });
  const authorizationServer = await oauth.processDiscoveryResponse(issuer, found);
  return { facts, authorizationServer, client: { client_id: facts.clientId } };
}

const redirectUri = (): string => location.origin + base;
const scopeOf = ({ facts }: Server): string => `openid profile offline_access ${facts.scope}`;

async function leaveToSignIn(server: Server): Promise<never> {
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    codeVerifier,
    target: location.href.slice(location.origin.length),
  };
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt));
  const url = new URL(server.authorizationServer.authorization_endpoint ?? "");
  const parameters = {
    client_id: server.client.client_id,
    response_type: "code",
    response_mode: "query",
    redirect_uri: redirectUri(),
    scope: scopeOf(server),
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
  // The page is left; nobody goes on with an answer that never comes.
  return new Promise(() => undefined);
}

interface SignInAnswer {
  readonly url: URL;
  readonly attempt: Attempt;
}

/**
 * What the issuer sent the person back with, with the attempt that it answers, out of the address, in which no code is
 * left whatever becomes of it; undefined on any other address, and where nothing was asked.
 */
function takeAnswer(): SignInAnswer | undefined {
  const url = new URL(location.href);
  const says = (name: string): boolean => url.searchParams.has(name);
  if (url.href.split("?")[0] !== redirectUri() || !says("state") || !(says("code") || says("error"))) return undefined;
  const text = sessionStorage.getItem(attemptKey);
  sessionStorage.removeItem(attemptKey);
  if (text === null) {
    history.replaceState(null, "", base);
    return undefined;
  }
  const attempt: Attempt = JSON.parse(text);
  history.replaceState(null, "", attempt.target);
  return { url, attempt };
}

async function completeSignIn(
  { authorizationServer, client }: Server,
  { url, attempt }: SignInAnswer,
): Promise<Tokens> {
  try {
    const answer = oauth.validateAuthResponse(authorizationServer, client, url, attempt.state);
    const response = await oauth.authorizationCodeGrantRequest(
      authorizationServer,
      client,
      oauth.None(),
      answer,
      redirectUri(),
      attempt.codeVerifier,
      options(url),
    );
    const processed = await oauth.processAuthorizationCodeResponse(authorizationServer, client, response, {
      expectedNonce: attempt.nonce,
      requireIdToken: true,
    });
    return tokensOf(processed, undefined);
  } catch (error) {
    throw new SignInFailed(`The sign-in failed: ${reasonOf(error)}`, { cause: error });
  }
}

async function renew(server: Server, refreshToken: string): Promise<Tokens> {
  const { authorizationServer, client } = server;
  try {
    const response = await oauth.refreshTokenGrantRequest(authorizationServer, client, oauth.None(), refreshToken, {
      ...options(new URL(location.href)),
      additionalParameters: { scope: scopeOf(server) },
    });
    const kept = readKept();
    return keep(tokensOf(await oauth.processRefreshTokenResponse(authorizationServer, client, response), kept));
  } catch (error) {
    // A refresh token ends after a day; whoever is still signed in comes back without being asked.
    if (error instanceof oauth.ResponseBodyError) return leaveToSignIn(server);
    throw error;
  }
}

function tokensOf(answer: oauth.TokenEndpointResponse, before: Tokens | undefined): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    idToken: answer.id_token ?? before?.idToken,
    expiresAt: Date.now() + (answer.expires_in ?? 300) * 1_000,
  };
}

function isGood({ expiresAt }: Tokens): boolean {
  return Date.now() + enoughMs < expiresAt;
}

function keep(tokens: Tokens): Tokens {
  sessionStorage.setItem(tokensKey, JSON.stringify(tokens));
  return tokens;
}

function readKept(): Tokens | undefined {
  const text = sessionStorage.getItem(tokensKey);
  return text === null ? undefined : JSON.parse(text);
}

function reasonOf(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError) return error.error_description ?? error.error;
  if (error instanceof oauth.ResponseBodyError) return error.error_description ?? error.error;
  return error instanceof Error ? error.message : String(error);
}
