import { BlockBlobClient } from "@azure/storage-blob";
import { describe, expect, test } from "vitest";
import { signerOf } from "../../../shared/storage/ground/azure/addresses.ts";

const hourMs = 3_600_000;
const identity = "00000000-0000-4000-8000-000000000001";
const client = new BlockBlobClient("https://account.blob.core.windows.net/uploads/a/b");

/** An account that gives out keys as the service does, and counts them. */
function openAccount() {
  const given: Date[] = [];
  const account = {
    accountName: "account",
    credential: {},
    getUserDelegationKey: async (signedStartsOn: Date, signedExpiresOn: Date) => {
      given.push(signedExpiresOn);
      const signed = { signedObjectId: identity, signedTenantId: identity, signedService: "b" };
      return { ...signed, signedStartsOn, signedExpiresOn, signedVersion: "2022-11-02", value: "a2V5" };
    },
  };
  return { sign: signerOf(account, (run) => run(new AbortController().signal)), given };
}

describe("the address of a blob in Azure", () => {
  test("is signed by a key of the identity, for one blob, over https, with no more rights than asked", async () => {
    const until = Date.UTC(2026, 10, 26, 12);

    const { origin, pathname, searchParams } = new URL(await openAccount().sign(client, "w", until));

    expect(`${origin}${pathname}`).toBe("https://account.blob.core.windows.net/uploads/a/b");
    const signed = { sp: "w", sr: "b", spr: "https", se: "2026-11-26T12:00:00Z", sks: "b", skoid: identity };
    expect(Object.fromEntries(searchParams)).toMatchObject(signed);
  });

  test("costs no request while the key outlives it, and a new key when it does not", async () => {
    const { sign, given } = openAccount();

    for (const hours of [1, 2, 23]) await sign(client, "r", Date.now() + hours * hourMs);
    expect(given).toHaveLength(1);

    const until = Date.now() + 100 * hourMs;
    await sign(client, "r", until);
    expect(given).toHaveLength(2);
    expect(given[1]?.getTime()).toBeGreaterThanOrEqual(until);
  });
});
