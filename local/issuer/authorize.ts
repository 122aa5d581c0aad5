import type { IncomingMessage } from "node:http";
import { type IssuerAnswer, readForm, toRedirect } from "./answer.ts";
import { tenantId } from "./applications.ts";
import {
  type AuthorizeRequest,
  pageAddresses,
  readAuthorizeRequest,
  readReturn,
  type Return,
} from "./authorizeRequest.ts";
import { codeMs, type Consents } from "./consents.ts";
import { people, type Person } from "./people.ts";
import { beginSession, endSession, findSession } from "./session.ts";
import { findHinted, showRefusal, showSignedOut, showSignIn } from "./signInPage.ts";
import { toErrorBody, TokenRefusal } from "./tokenRequest.ts";

export interface SignInSetting {
  /** Origins below which the page is. */
  readonly pageOrigins: readonly string[];
  /** Under which the browser reaches the issuer. */
  readonly origin: string;
  readonly consents: Consents;
}

interface Asked {
  readonly request: AuthorizeRequest;
  readonly back: Return;
}

/** Signs a person in: shows the form, or takes its answer, or finds that the browser has signed in before. */
export async function authorize(
  request: IncomingMessage,
  query: URLSearchParams,
  setting: SignInSetting,
): Promise<IssuerAnswer> {
  const back = tryRead(() => readReturn(query, setting.pageOrigins.flatMap(pageAddresses)));
  if (back instanceof TokenRefusal) return showRefusal(describe(back));
  const asked = tryRead(() => readAuthorizeRequest(query));
  if (asked instanceof TokenRefusal) return refuse(back, asked);
  if (request.method === "POST") return takeChoice(request, { request: asked, back }, setting);
  const known = asked.prompt === undefined || asked.prompt === "none" ? findKnown(request, asked, setting) : undefined;
  if (known !== undefined) return signIn(known, { request: asked, back }, setting);
  if (asked.prompt !== "none") return showSignIn(query, asked.loginHint, setting.pageOrigins);
  const message = "Nobody is signed in, and the request said prompt=none, so that nobody could be asked.";
  return refuse(back, new TokenRefusal(400, "login_required", 50058, message));
}

/** Forgets who signed in with this browser, and goes back to the page where that is said. */
export function signOut(request: IncomingMessage, query: URLSearchParams, setting: SignInSetting): IssuerAnswer {
  const headers = endSession(request, setting.origin, setting.consents);
  const target = query.get("post_logout_redirect_uri");
  const addresses = setting.pageOrigins.flatMap(pageAddresses);
  if (target === null) return withHeaders(showSignedOut(), headers);
  if (!addresses.includes(target)) {
    const message = `You are signed out. The address '${target}' is not one of the page's: ${addresses.join(", ")}.`;
    return withHeaders(showRefusal(message), headers);
  }
  const url = new URL(target);
  const state = query.get("state");
  if (state !== null) url.searchParams.set("state", state);
  return toRedirect(url.href, headers);
}

async function takeChoice(request: IncomingMessage, asked: Asked, setting: SignInSetting): Promise<IssuerAnswer> {
  // Another site's form must not choose for the person.
  if (request.headers.origin !== setting.origin) return showRefusal("The form was not sent from this sign-in.");
  const form = await readForm(request);
  const person = people.find(({ objectId }) => objectId === form.get("person"));
  if (person !== undefined) return signIn(person, asked, setting);
  if (form.has("cancel")) {
    return refuse(asked.back, new TokenRefusal(400, "access_denied", 50126, "The person cancelled the sign-in."));
  }
  return showRefusal("There is nobody of this name.");
}

/** Whoever is meant by a hint must be the one who signed in. */
function findKnown(request: IncomingMessage, asked: AuthorizeRequest, { origin, consents }: SignInSetting) {
  const person = findSession(request, origin, consents);
  return asked.loginHint === undefined || findHinted(asked.loginHint) === person ? person : undefined;
}

function signIn(person: Person, { request, back }: Asked, { origin, consents }: SignInSetting): IssuerAnswer {
  const now = Date.now();
  const { clientId, scope, challenge, nonce, wantsClientInfo } = request;
  const grant = { person, clientId, scope, challenge, nonce, redirectUri: back.redirectUri };
  const code = consents.codes.give(grant, now + codeMs);
  const more = wantsClientInfo ? { client_info: toClientInfo(person) } : {};
  return answerPage(back, { code, ...more }, beginSession(person, origin, consents, now));
}

function refuse(back: Return, refusal: TokenRefusal): IssuerAnswer {
  return answerPage(back, { error: refusal.error, error_description: describe(refusal) });
}

function answerPage(back: Return, values: Readonly<Record<string, string>>, headers = {}): IssuerAnswer {
  const parameters = new URLSearchParams(back.state === undefined ? values : { ...values, state: back.state });
  return toRedirect(`${back.redirectUri}${back.mode === "query" ? "?" : "#"}${parameters.toString()}`, headers);
}

/** As Microsoft's client libraries know the person's account. */
export function toClientInfo({ objectId }: Person): string {
  return Buffer.from(JSON.stringify({ uid: objectId, utid: tenantId })).toString("base64url");
}

function describe(refusal: TokenRefusal): string {
  return toErrorBody(refusal, new Date(), "").error_description;
}

function withHeaders(answer: IssuerAnswer, headers: IssuerAnswer["headers"]): IssuerAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function tryRead<T>(read: () => T): T | TokenRefusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof TokenRefusal) return error;
    throw error;
  }
}
