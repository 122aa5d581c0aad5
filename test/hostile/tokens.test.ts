import { constants, createHmac, createPublicKey } from "node:crypto";
import { generateKeyPair, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { createSigningKeys } from "../../shared/auth/signingKeys.ts";
import { DomainError } from "../../shared/domain/errors.ts";
import { toErrorReply } from "../../shared/http/reply.ts";
import {
  apiClientId,
  claimsV1,
  claimsV2,
  clientId,
  foreign,
  foreignPublicJwk,
  issuers,
  keySet,
} from "../auth/testIssuer.ts";
import { noon, otherId, realPublicJwk, sign, signTexts, verifierWith } from "../auth/testIssuer.ts";

const requestId = "dddddddd-0000-4000-8000-000000000004";
const second = 1_000;

async function refusalOf(header: string | null): Promise<DomainError> {
  const outcome: unknown = await verifierWith({ cacheMax: 10 })(header).catch((error: unknown) => error);
  if (outcome instanceof DomainError) return outcome;
  throw new Error("The token was not refused.", { cause: outcome });
}

function encode(part: unknown): string {
  return Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
}

/** HS256 with what everybody knows, the public key, as the secret. */
async function signWithPublicKey(secret: string): Promise<string> {
  const signed = `${encode({ alg: "HS256", kid: "real", typ: "JWT" })}.${encode(claimsV2)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

const publicPem = createPublicKey({ key: realPublicJwk, format: "jwk" })
  .export({ type: "spki", format: "pem" })
  .toString();
/** Any header and any claims, rightly signed: what is refused is refused for itself. */
function craft(header: unknown, claims: unknown = claimsV2, padding?: number): string {
  const texts = [header, claims].map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  return signTexts(texts[0] ?? "", texts[1] ?? "", padding);
}

const real = { alg: "RS256", kid: "real" };
const elliptic = await generateKeyPair("ES256", { extractable: true });
const good = await sign(claimsV2);
const [goodHeader = "", goodClaims = "", goodSignature = ""] = good.split(".");
const hidden = JSON.stringify({ ...claimsV2, azp: undefined }).replace("{", `{"__proto__":{"azp":"${clientId}"},`);
const forged = { jku: "https://evil.example/keys", x5u: "https://evil.example/cert", jwk: foreignPublicJwk };

const hostile: readonly (readonly [what: string, token: string, reason: RegExp])[] = [
  ["no signature (alg none)", new UnsecuredJWT({ ...claimsV2 }).encode(), /three parts/],
  ["alg none with a signature", `${encode({ alg: "none", kid: "real" })}.${goodClaims}.${goodSignature}`, /RS256/],
  ["alg None in another case", `${encode({ alg: "nOnE", kid: "real" })}.${goodClaims}.${goodSignature}`, /RS256/],
  ["HS256 with the public key as its secret", await signWithPublicKey(publicPem), /RS256/],
  ["HS256 with the key set as its secret", await signWithPublicKey(JSON.stringify(keySet.keys[0])), /RS256/],
  ["PS256 by the right key", craft({ alg: "PS256", kid: "real" }, claimsV2, constants.RSA_PKCS1_PSS_PADDING), /RS256/],
  ["ES256", await sign(claimsV2, { alg: "ES256" }, elliptic.privateKey), /RS256/],
  ["a foreign key under the real key's id", await sign(claimsV2, {}, foreign.privateKey), /signature/],
  ["an unknown key id", await sign(claimsV2, { kid: "unknown" }, foreign.privateKey), /does not publish/],
  ["no key id", await sign(claimsV2, { kid: undefined }), /kid/],
  ["a key id that is a path", await sign(claimsV2, { kid: "../../dev/null" }, foreign.privateKey), /does not publish/],
  ["a key set of its own (jku)", await sign(claimsV2, { jku: forged.jku }, foreign.privateKey), /"jku"/],
  ["a certificate of its own (x5u)", await sign(claimsV2, { x5u: forged.x5u }, foreign.privateKey), /"x5u"/],
  ["a key of its own (jwk)", await sign(claimsV2, { jwk: forged.jwk }, foreign.privateKey), /"jwk"/],
  ["a certificate inside (x5c)", await sign(claimsV2, { x5c: ["MIIB"] }, foreign.privateKey), /"x5c"/],
  ["jku beside a right signature", await sign(claimsV2, { jku: forged.jku }), /"jku"/],
  ["an extension that must be understood (crit)", craft({ ...real, crit: ["exp"], exp: 1 }), /malformed/],
  ["an unencoded payload (b64)", craft({ ...real, b64: false }), /"b64"/],
  ["a changed claim", `${goodHeader}.${encode({ ...claimsV2, azp: otherId })}.${goodSignature}`, /signature/],
  ["a cut signature", `${goodHeader}.${goodClaims}.${goodSignature.slice(0, -4)}`, /signature/],
  ["an end in the past", await sign({ ...claimsV2, exp: noon / second - 301 }), /expired/],
  ["a beginning in the future", await sign({ ...claimsV2, nbf: noon / second + 301 }), /not valid yet/],
  ["no end", await sign({ ...claimsV2, exp: undefined }), /"exp"/],
  ["an end that is a text", craft(real, { ...claimsV2, exp: "9999999999" }), /"exp"/],
  ["another audience", await sign({ ...claimsV2, aud: otherId }), /audience/],
  ["a list of audiences", await sign({ ...claimsV2, aud: [apiClientId, otherId] }), /audience/],
  ["no audience", await sign({ ...claimsV2, aud: undefined }), /"aud"/],
  ["another issuer", await sign({ ...claimsV2, iss: "https://login.microsoftonline.com/common/v2.0" }), /issuer/],
  ["an issuer with one slash more", await sign({ ...claimsV2, iss: `${issuers.v2}/` }), /issuer/],
  ["another tenant", await sign({ ...claimsV2, tid: otherId }), /tenant/],
  ["no tenant", await sign({ ...claimsV2, tid: undefined }), /tenant/],
  ["version 1.0 with the issuer of 2.0", await sign({ ...claimsV1, iss: issuers.v2 }), /issuer/],
  ["version 2.0 with the issuer of 1.0", await sign({ ...claimsV2, iss: issuers.v1 }), /issuer/],
  ["version 1.0 with azp only", await sign({ ...claimsV1, appid: undefined, azp: clientId }), /appid/],
  ["version 2.0 with appid only", await sign({ ...claimsV2, azp: undefined, appid: clientId }), /azp/],
  ["no version", await sign({ ...claimsV2, ver: undefined }), /version/],
  ["version 2 as a number", await sign({ ...claimsV2, ver: 2 }), /version/],
  ["no client id", await sign({ ...claimsV1, appid: undefined }), /appid/],
  ["a client id that is no GUID", await sign({ ...claimsV2, azp: "*" }), /azp/],
  ["a client id that is a list", await sign({ ...claimsV2, azp: [clientId] }), /azp/],
  ["a client id through __proto__", craft(real, hidden), /azp/],
  ["more than 16 KB", await sign({ ...claimsV2, padding: "x".repeat(16_384) }), /16 KB/],
  ["claims that are no object", craft(real, "[]"), /malformed/],
  ["a header that is no JSON", craft("{"), /malformed/],
  ["five parts", `${good}.a.b`, /three parts/],
  ["characters outside base64url", `${good.slice(0, -1)}+`, /three parts/],
];

describe("a hostile token", () => {
  for (const [what, token, reason] of hostile) {
    test(`with ${what} is refused by name`, async () => {
      const refusal = await refusalOf(`Bearer ${token}`);

      expect(refusal.code).toBe("notAuthenticated");
      expect(refusal.message).toMatch(reason);
    });
  }

  for (const header of [null, "", "Bearer", "Bearer ", `Basic ${good}`, good, `Bearer ${good}, Bearer ${good}`]) {
    test(`in the header ${JSON.stringify(header)?.slice(0, 24)} is refused`, async () => {
      expect((await refusalOf(header)).code).toBe("notAuthenticated");
    });
  }

  test("never appears in its refusal, which is a 401 that names the scheme", async () => {
    for (const [, token] of hostile) {
      const reply = toErrorReply(await refusalOf(`Bearer ${token}`), requestId);
      const headers = new Headers(reply.headers);

      expect(reply.status).toBe(401);
      expect(headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
      for (const part of token.split(".").filter((text) => text.length > 12)) {
        expect(`${JSON.stringify(reply.body)} ${[...headers].join(" ")}`).not.toContain(part);
      }
    }
  });

  test("makes no key be fetched unless its algorithm and header are in order", async () => {
    let fetches = 0;
    const keys = createSigningKeys(
      async () => {
        fetches++;
        return keySet;
      },
      () => noon,
    );
    const verify = verifierWith({ keys });

    const refusedEarly = hostile.filter(([, , reason]) =>
      /RS256|three parts|"jku"|"x5u"|"jwk"|16 KB/.test(reason.source),
    );

    for (const [, token] of refusedEarly) await expect(verify(`Bearer ${token}`)).rejects.toThrow(DomainError);

    expect(refusedEarly.length).toBeGreaterThan(12);
    expect(fetches).toBe(0);
  });

  test("of 16 MB is refused without being read", async () => {
    const begun = process.threadCpuUsage();

    await expect(verifierWith()(`Bearer ${"a.".repeat(8_388_608)}`)).rejects.toThrow("16 KB");

    expect(process.threadCpuUsage(begun).user).toBeLessThan(250_000);
  });

  test("does not spoil what a good one gets", async () => {
    const verify = verifierWith({ cacheMax: 3 });
    for (const [, token] of hostile) await verify(`Bearer ${token}`).catch(() => undefined);

    const caller = await verify(`Bearer ${good}`);

    expect(caller).toEqual({ applicationId: clientId, roles: [], tokenVersion: "2.0" });
  });
});
