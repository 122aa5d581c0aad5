import { manageScope, scopeOf } from "../../shared/auth/authority.ts";
import { apiClientId } from "./applications.ts";
import { TokenRefusal } from "./tokenRequest.ts";

/** What a person's sign-in is for. */
export interface Scope {
  /** Every scope, as tokens' answers tell it. */
  readonly text: string;
  readonly hasIdToken: boolean;
  readonly hasRefreshToken: boolean;
}

const openIdScopes = ["openid", "profile", "email", "offline_access"];
const apiScopes = [scopeOf(apiClientId), `${apiClientId}/.default`];

/** Throws unless it asks for the API, whose access token every sign-in here ends with. */
export function readScope(text: string | null): Scope {
  const names = [...new Set((text ?? "").split(/\s+/).filter((name) => name !== ""))];
  const unknown = names.filter((name) => !openIdScopes.includes(name) && !isOfApi(name));
  if (unknown.length > 0 || !names.some(isOfApi)) {
    const what = unknown.length > 0 ? `The scope ${unknown.join(" ")} does not exist` : "There is no scope of the API";
    throw new TokenRefusal(400, "invalid_scope", 70011, `${what}. Ask for ${scopeOf(apiClientId)}.`);
  }
  return {
    text: names.join(" "),
    hasIdToken: names.includes("openid"),
    hasRefreshToken: names.includes("offline_access"),
  };
}

/** The scope of a token: what was asked for again, within what the person was asked for; all of it when nothing was. */
export function narrowScope(granted: Scope, text: string | null): Scope {
  if (text === null) return granted;
  const asked = readScope(text);
  const more = asked.text.split(" ").filter((name) => !granted.text.split(" ").includes(name));
  if (more.length === 0) return asked;
  throw new TokenRefusal(400, "invalid_grant", 65001, `The person did not sign in for the scope ${more.join(" ")}.`);
}

function isOfApi(name: string): boolean {
  return apiScopes.includes(name.toLowerCase().replace(/manage\.access$/, manageScope));
}
