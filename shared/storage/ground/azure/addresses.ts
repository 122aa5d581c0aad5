import {
  BlobSASPermissions,
  type BlockBlobClient,
  SASProtocol,
  StorageSharedKeyCredential,
  type UserDelegationKey,
  generateBlobSASQueryParameters,
} from "@azure/storage-blob";
import type { Tries } from "./tries.ts";

/** Of the account's client what an address is made with. */
export interface Account {
  readonly accountName: string;
  readonly credential: unknown;
  getUserDelegationKey(
    startsOn: Date,
    expiresOn: Date,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<UserDelegationKey>;
}

/** The address of a blob with a signature that lets its holder do this, and nothing else, until then. */
export type Signer = (
  client: BlockBlobClient,
  permissions: "r" | "w",
  until: number,
  disposition?: string,
) => Promise<string>;

const minuteMs = 60_000;
/** Clocks differ: an address that begins now is refused by a service that is a moment behind. */
const startsBeforeMs = 15 * minuteMs;
const keyMs = 24 * 60 * minuteMs;

/**
 * Signs with the key of the account where there is one, which is a local run, and else with a key that the service gives to
 * the identity, for some days at most: nothing that it signed outlives it.
 */
export function signerOf(account: Account, tries: Tries): Signer {
  const { credential, accountName } = account;
  const findKey = delegationKeys(account, tries);
  return async (client, permissions, until, disposition) => {
    const now = Date.now();
    const what = {
      containerName: client.containerName,
      blobName: client.name,
      permissions: BlobSASPermissions.parse(permissions),
      startsOn: new Date(now - startsBeforeMs),
      expiresOn: new Date(until),
      ...(disposition !== undefined && { contentDisposition: disposition }),
      // An Azurite has no certificate.
      ...(client.url.startsWith("https:") && { protocol: SASProtocol.Https }),
    };
    const query =
      credential instanceof StorageSharedKeyCredential
        ? generateBlobSASQueryParameters(what, credential)
        : generateBlobSASQueryParameters(what, await findKey(until), accountName);
    return `${client.url}?${query.toString()}`;
  };
}

interface KnownKey {
  readonly key: UserDelegationKey;
  readonly until: number;
}

/** One key signs many addresses; another one is asked for when it would end before an address does. */
function delegationKeys(account: Account, tries: Tries): (until: number) => Promise<UserDelegationKey> {
  let known: KnownKey | undefined;
  return async (until) => {
    if (known && known.until >= until) return known.key;
    const now = Date.now();
    const end = Math.max(until + minuteMs, now + keyMs);
    const key = await tries((abortSignal) =>
      account.getUserDelegationKey(new Date(now - startsBeforeMs), new Date(end), { abortSignal }),
    );
    known = { key, until: end };
    return key;
  };
}
