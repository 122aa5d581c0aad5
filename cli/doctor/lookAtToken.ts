import { exitCodes } from "../exitCodes.ts";
import { failureOf } from "../failure.ts";
import type { Tokens } from "../../client/fetchWithToken.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Finding } from "./finding.ts";

const soonMs = 60_000;

/** What a token says of itself; nobody vouches for it here. */
export interface Claims {
  readonly applicationId: string | undefined;
  readonly roles: readonly string[];
  readonly expiresAt: number | undefined;
  readonly isOfPerson: boolean;
}

/** Whether there is a token, and whom it is of. */
export async function lookAtToken(
  tokens: Tokens,
  { now, signal }: Surroundings,
): Promise<{ readonly finding: Finding; readonly claims?: Claims }> {
  const wrong = (what: string, mend: string): { readonly finding: Finding } => ({
    finding: { check: "token", is: "wrong", what, mend, exitCode: exitCodes.unauthorized },
  });
  try {
    const claims = readClaims(await tokens.token());
    if (!claims)
      return wrong("what was given as a token is none", "RECURRING_INTEGRATIONS_TOKEN takes the access token alone.");
    const { applicationId, expiresAt, isOfPerson } = claims;
    if (expiresAt !== undefined && expiresAt <= now() + soonMs) {
      return wrong(
        `the token is over since ${new Date(expiresAt).toISOString()}`,
        "Get another one; or give the application and its secret.",
      );
    }
    const life = expiresAt === undefined ? "" : `, for another ${Math.round((expiresAt - now()) / 60_000)} minutes`;
    const whose = isOfPerson ? "a person by the application" : "the application";
    return { claims, finding: { check: "token", is: "well", what: `of ${whose} ${applicationId}${life}` } };
  } catch (error) {
    const { message, exitCode } = failureOf(error, signal);
    return { finding: { check: "token", is: "wrong", what: message, mend: mendOf(message), exitCode } };
  }
}

/** By the numbers that Entra ID gives its refusals. */
const mends: readonly (readonly [code: string, mend: string])[] = [
  ["AADSTS7000215", "Take the value of the secret, which is shown once, and not its id."],
  ["AADSTS7000222", "The secret is over: make another one in the registration of the application."],
  ["AADSTS700016", "There is no such application in this tenant: look at the client id, and register it there."],
  ["AADSTS500011", "The API is not registered in this tenant, or has no service principal there: docs/deploy.md."],
  ["AADSTS501051", "The API wants an assignment: give the application one of its app roles."],
  ["AADSTS90002", "There is no such tenant: look at the setting TenantId of the service."],
];

function mendOf(message: string): string {
  const known = mends.find(([code]) => message.includes(code));
  return known?.[1] ?? "Look at the client id, its secret and the network to the issuer.";
}

function readClaims(token: string): Claims | undefined {
  try {
    const [, payload = ""] = token.split(".");
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (typeof claims !== "object" || claims === null) return undefined;
    const text = (name: string): string | undefined => {
      const value: unknown = Object.entries(claims).find(([key]) => key === name)?.[1];
      return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
    };
    const roles: unknown = "roles" in claims ? claims.roles : [];
    return {
      applicationId: text("azp") ?? text("appid"),
      roles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
      expiresAt: text("exp") === undefined ? undefined : Number(text("exp")) * 1000,
      isOfPerson: text("scp") !== undefined,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
