import { pagePaths } from "../../shared/auth/authority.ts";
import { apiClientId } from "./applications.ts";
import { readScope, type Scope } from "./personScope.ts";
import { TokenRefusal } from "./tokenRequest.ts";

/** Where the answer to a sign-in goes, once that is known to be the page's own address. */
export interface Return {
  readonly redirectUri: string;
  readonly mode: "query" | "fragment";
  readonly state: string | undefined;
}

/** A sign-in that was asked for properly. */
export interface AuthorizeRequest {
  readonly clientId: string;
  readonly scope: Scope;
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly prompt: Prompt | undefined;
  readonly loginHint: string | undefined;
  readonly wantsClientInfo: boolean;
}

const prompts = ["none", "login", "select_account", "consent"] as const;
export type Prompt = (typeof prompts)[number];

/** The addresses of the page below one origin. */
export function pageAddresses(origin: string): readonly string[] {
  return pagePaths.map((path) => origin + path);
}

/** Throws what is shown here, because nothing may go to an address that is not the page's. */
export function readReturn(query: URLSearchParams, addresses: readonly string[]): Return {
  const clientId = readOnce(query, "client_id");
  if (clientId?.toLowerCase() !== apiClientId) {
    const message = `Application with identifier '${clientId ?? ""}' was not found. People sign in to ${apiClientId}.`;
    throw new TokenRefusal(400, "unauthorized_client", 700016, message);
  }
  const redirectUri = readOnce(query, "redirect_uri");
  if (redirectUri === undefined) throw missing("redirect_uri");
  if (!addresses.includes(redirectUri)) {
    const message = `The redirect URI '${redirectUri}' is not one of the page's: ${addresses.join(", ")}.`;
    throw new TokenRefusal(400, "invalid_request", 50011, message);
  }
  const mode = readOnce(query, "response_mode") ?? "query";
  if (mode !== "query" && mode !== "fragment") throw wrong("response_mode", "query or fragment");
  return { redirectUri, mode, state: readOnce(query, "state") };
}

/** Throws what the page is told. */
export function readAuthorizeRequest(query: URLSearchParams): AuthorizeRequest {
  const type = readOnce(query, "response_type");
  if (type !== "code") {
    const message = `The response type '${type ?? ""}' is not supported. This issuer knows code.`;
    throw new TokenRefusal(400, "unsupported_response_type", 70005, message);
  }
  return {
    clientId: apiClientId,
    scope: readScope(readOnce(query, "scope") ?? null),
    challenge: readChallenge(query),
    nonce: readOnce(query, "nonce"),
    prompt: readPrompt(query),
    loginHint: readOnce(query, "login_hint"),
    wantsClientInfo: readOnce(query, "client_info") === "1",
  };
}

function readChallenge(query: URLSearchParams): string {
  const challenge = readOnce(query, "code_challenge");
  if (challenge === undefined) {
    const message = "Proof Key for Code Exchange is required: send code_challenge.";
    throw new TokenRefusal(400, "invalid_request", 9002325, message);
  }
  // Without a method it would be plain.
  if (readOnce(query, "code_challenge_method") !== "S256") throw wrong("code_challenge_method", "S256");
  if (!/^[\w-]{43}$/.test(challenge)) throw wrong("code_challenge", "the base64url of a SHA-256");
  return challenge;
}

function readPrompt(query: URLSearchParams): Prompt | undefined {
  const text = readOnce(query, "prompt");
  if (text === undefined || text === "") return undefined;
  const prompt = prompts.find((known) => known === text);
  if (prompt === undefined) throw wrong("prompt", `one of ${prompts.join(", ")}`);
  return prompt;
}

/** A parameter that comes twice may mean two things to two readers. */
function readOnce(query: URLSearchParams, name: string): string | undefined {
  const [value, second] = query.getAll(name);
  if (second !== undefined) throw wrong(name, "given once");
  return value;
}

function wrong(name: string, expected: string): TokenRefusal {
  return new TokenRefusal(400, "invalid_request", 900144, `The parameter '${name}' must be ${expected}.`);
}

function missing(name: string): TokenRefusal {
  return new TokenRefusal(400, "invalid_request", 900144, `The request must contain the parameter '${name}'.`);
}
