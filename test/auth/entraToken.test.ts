import { describe, expect, test } from "vitest";
import type { SigningKeys } from "../../shared/auth/signingKeys.ts";
import { createSigningKeys } from "../../shared/auth/signingKeys.ts";
import { apiClientId, baseUrl, claimsV1, claimsV2, clientId, keySet, noon, otherId } from "./testIssuer.ts";
import { type Claims, sign, tenantId, verifierWith } from "./testIssuer.ts";

const notAuthenticated = expect.objectContaining({ code: "notAuthenticated" });
const minute = 60_000;

/** Counts how many tokens were verified by key, not remembered. */
function countingKeys(): { readonly keys: SigningKeys; readonly used: () => number } {
  const inner = createSigningKeys(
    async () => keySet,
    () => noon,
  );
  let used = 0;
  const keys: SigningKeys = async (header) => {
    used++;
    return inner(header);
  };
  return { keys, used: () => used };
}

describe("a verified token", () => {
  test("of version 1.0 names its client in appid", async () => {
    const verify = verifierWith();

    const caller = await verify(`Bearer ${await sign(claimsV1)}`);

    expect(caller).toEqual({ applicationId: clientId, roles: [], tokenVersion: "1.0" });
  });

  test("of version 2.0 names its client in azp, with roles and the object behind it", async () => {
    const verify = verifierWith();
    const claims = { ...claimsV2, azp: clientId.toUpperCase(), roles: ["Integration.Read", 7], oid: otherId };

    const caller = await verify(`bearer  ${await sign(claims)}`);

    expect(caller).toEqual({
      applicationId: clientId,
      roles: ["Integration.Read"],
      tokenVersion: "2.0",
      objectId: otherId,
    });
  });

  test("names no roles when the claim is no list", async () => {
    const caller = await verifierWith()(`Bearer ${await sign({ ...claimsV2, roles: "Integration.Manage" })}`);

    expect(caller.roles).toEqual([]);
  });

  test("names the person behind it, by the name that nobody else has, where a person is", async () => {
    const delegated = { ...claimsV2, oid: otherId.toUpperCase(), scp: "Manage.Access User.Read", name: "A. Person" };
    const names = { preferred_username: "a@demo.example" };

    const caller = await verifierWith()(`Bearer ${await sign({ ...delegated, ...names })}`);

    expect(caller.scopes).toEqual(["Manage.Access", "User.Read"]);
    expect(caller.person).toEqual({ objectId: otherId, name: "a@demo.example" });
    expect((await verifierWith()(`Bearer ${await sign(delegated)}`)).person?.name).toBe("A. Person");
    const first = { ...claimsV1, oid: otherId, scp: "user_impersonation", upn: "b@demo.example", name: "B." };
    expect((await verifierWith()(`Bearer ${await sign(first)}`)).person?.name).toBe("b@demo.example");
  });

  test("is an application's own without a scope, unless its API asked Entra ID whose it is", async () => {
    const scopesOf = async (claims: Claims) => (await verifierWith()(`Bearer ${await sign(claims)}`)).scopes;

    expect(await scopesOf({ ...claimsV2, oid: otherId, name: "x" })).toBeUndefined();
    expect(await scopesOf({ ...claimsV2, idtyp: "app" })).toBeUndefined();
    expect(await scopesOf({ ...claimsV2, idtyp: "user" })).toEqual([]);
    expect(await scopesOf({ ...claimsV2, idtyp: "app", scp: ["Manage.Access"] })).toEqual([]);
  });

  for (const audience of [
    apiClientId,
    apiClientId.toUpperCase(),
    `api://${apiClientId}`,
    `api://${apiClientId}/`,
    baseUrl,
    `${baseUrl}/`,
    "HTTPS://Demo.Example/",
  ]) {
    test(`may be for the audience ${audience}`, async () => {
      const caller = await verifierWith()(`Bearer ${await sign({ ...claimsV1, aud: audience })}`);

      expect(caller.applicationId).toBe(clientId);
    });
  }

  for (const audience of [`${baseUrl}//`, `${baseUrl}/d365`, "https://demo.example.evil", "http://demo.example", ""]) {
    test(`is refused for the audience "${audience}"`, async () => {
      const token = await sign({ ...claimsV1, aud: audience });

      await expect(verifierWith()(`Bearer ${token}`)).rejects.toThrow(notAuthenticated);
    });
  }

  test("may be for a base URL with a path, whose case counts", async () => {
    const verify = verifierWith({ audiences: ["https://Demo.example/D365/"] });

    await expect(verify(`Bearer ${await sign({ ...claimsV1, aud: `${baseUrl}/D365` })}`)).resolves.toBeDefined();
    await expect(verify(`Bearer ${await sign({ ...claimsV1, aud: `${baseUrl}/d365` })}`)).rejects.toThrow(
      notAuthenticated,
    );
  });

  test("comes from a tenant whose id may be configured in any case", async () => {
    const verify = verifierWith({ tenantId: tenantId.toUpperCase() });

    await expect(verify(`Bearer ${await sign(claimsV2)}`)).resolves.toBeDefined();
  });

  test("counts until its end and the tolerance are past, not a second longer", async () => {
    const end = Number(claimsV2["exp"]) * 1_000;
    const token = await sign(claimsV2);

    await expect(verifierWith({ clock: () => end + 5 * minute - 1_000 })(`Bearer ${token}`)).resolves.toBeDefined();
    await expect(verifierWith({ clock: () => end + 5 * minute })(`Bearer ${token}`)).rejects.toThrow("is expired");
  });

  test("counts from its beginning less the tolerance", async () => {
    const begin = Number(claimsV2["nbf"]) * 1_000;
    const token = await sign(claimsV2);

    await expect(verifierWith({ clock: () => begin - 5 * minute })(`Bearer ${token}`)).resolves.toBeDefined();
    await expect(verifierWith({ clock: () => begin - 5 * minute - 1_000 })(`Bearer ${token}`)).rejects.toThrow(
      "not valid yet",
    );
  });
});

describe("a remembered token", () => {
  test("is verified once, and each other token by itself", async () => {
    const { keys, used } = countingKeys();
    const verify = verifierWith({ keys, cacheMax: 10 });
    const token = await sign(claimsV2);

    const first = await verify(`Bearer ${token}`);
    const second = await verify(`Bearer ${token}`);
    await verify(`Bearer ${await sign(claimsV1)}`);

    expect(second).toEqual(first);
    expect(used()).toBe(2);
  });

  test("is verified anew after five minutes", async () => {
    const { keys, used } = countingKeys();
    let now = noon;
    const verify = verifierWith({ keys, cacheMax: 10, clock: () => now });
    const token = await sign(claimsV2);
    await verify(`Bearer ${token}`);

    now += 5 * minute;
    await verify(`Bearer ${token}`);

    expect(used()).toBe(2);
  });

  test("is refused at its end, though it was remembered a minute before", async () => {
    const end = Number(claimsV2["exp"]) * 1_000;
    let now = end - minute;
    const verify = verifierWith({ cacheMax: 10, clock: () => now, clockToleranceMs: 0 });
    const token = await sign(claimsV2);
    await verify(`Bearer ${token}`);

    now = end;

    await expect(verify(`Bearer ${token}`)).rejects.toThrow("is expired");
  });

  test("makes room for a newer one when the memory is full", async () => {
    const { keys, used } = countingKeys();
    const verify = verifierWith({ keys, cacheMax: 2 });
    const tokens = await Promise.all([1, 2, 3].map(async (jti) => sign({ ...claimsV2, jti: String(jti) })));
    for (const token of tokens) await verify(`Bearer ${token}`);

    await verify(`Bearer ${tokens[2]}`);
    const withoutTheOldest = used();
    await verify(`Bearer ${tokens[0]}`);

    expect(withoutTheOldest).toBe(3);
    expect(used()).toBe(4);
  });

  test("does not lend its place to a token that is refused", async () => {
    const verify = verifierWith({ cacheMax: 10 });
    const token = await sign({ ...claimsV2, azp: undefined });

    await expect(verify(`Bearer ${token}`)).rejects.toThrow(notAuthenticated);
    await expect(verify(`Bearer ${token}`)).rejects.toThrow(notAuthenticated);
  });
});

describe("the rules of a verifier", () => {
  test("allow five minutes of clock difference at most", () => {
    expect(() => verifierWith({ clockToleranceMs: 5 * minute + 1 })).toThrow("clock tolerance");
    expect(() => verifierWith({ clockToleranceMs: Number.NaN })).toThrow("clock tolerance");
  });

  test("name an audience", () => {
    expect(() => verifierWith({ audiences: [] })).toThrow("No audience");
  });
});
