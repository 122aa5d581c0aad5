import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet, type JWTHeaderParameters } from "jose";
import { DomainError } from "../domain/errors.ts";
import { KeysUnavailable } from "./keysUnavailable.ts";

/** Finds the public key that a token's header names; see `createSigningKeys` for what it throws. */
export type SigningKeys = (header: JWTHeaderParameters) => Promise<CryptoKey>;

export interface HeldSigningKeys extends SigningKeys {
  /** Throws `KeysUnavailable` when no token could be checked: no keys are held, or too old ones. */
  readonly requireUsable: () => Promise<void>;
}

type FindKey = ReturnType<typeof createLocalJWKSet>;

const fetchMs = 5_000;
const freshMs = 10 * 60_000;
/** Keys of an issuer that cannot be reached count this long: an outage there must not become one here. */
const usableMs = 24 * 60 * 60_000;
const pauseAfterFetchMs = 30_000;
const pauseAfterFailureMs = 5_000;
const kidCharactersMax = 256;

/**
 * The issuer's keys, fetched when needed and held. However many tokens come, and whatever key ids they name, there is
 * one fetch at a time, a pause after each, and one fetch for an unknown key id in ten minutes. An unknown key id is
 * `notAuthenticated`; when it could not be looked up, or no keys are held, it is `KeysUnavailable`.
 *
 * jose's own createRemoteJWKSet pauses only after a success, and refuses every token when a refresh fails.
 */
export function createSigningKeys(fetchKeySet: () => Promise<JSONWebKeySet>, clock: () => number): HeldSigningKeys {
  const held = holdKeySet(fetchKeySet, clock);
  let lookedUp = { kids: new Set<string>(), since: 0 };

  async function lookUp(kid: string): Promise<void> {
    if (clock() >= lookedUp.since + freshMs) lookedUp = { kids: new Set(), since: clock() };
    // Only a kid for which keys came is remembered, so the pause bounds how many there are.
    if (!lookedUp.kids.has(kid) && (await held.refresh())) lookedUp.kids.add(kid);
  }

  async function requireUsable(): Promise<void> {
    if (held.ageMs() >= freshMs) await held.refresh();
    if (held.ageMs() >= usableMs) throw held.unavailable();
  }

  async function findKey(header: JWTHeaderParameters): Promise<CryptoKey> {
    const kid = requireKid(header);
    await requireUsable();
    const key = await held.find(header);
    if (key !== undefined) return key;
    await lookUp(kid);
    const published = await held.find(header);
    if (published !== undefined) return published;
    if (held.isFailing()) throw held.unavailable();
    throw new DomainError("notAuthenticated", "The token is signed with a key that the tenant does not publish.");
  }

  return Object.assign(findKey, { requireUsable });
}

interface HeldKeySet {
  /** Fetches, or waits for the fetch under way, unless it is too early for another; true when keys came. */
  readonly refresh: () => Promise<boolean>;
  readonly find: (header: JWTHeaderParameters) => Promise<CryptoKey | undefined>;
  /** Infinity while nothing is held. */
  readonly ageMs: () => number;
  readonly isFailing: () => boolean;
  readonly unavailable: () => KeysUnavailable;
}

function holdKeySet(fetchKeySet: () => Promise<JSONWebKeySet>, clock: () => number): HeldKeySet {
  let held: { readonly find: FindKey; readonly at: number } | undefined;
  let failure: unknown;
  let pending: Promise<boolean> | undefined;
  let pausedUntil = 0;

  async function load(): Promise<boolean> {
    try {
      held = { find: createLocalJWKSet(await fetchKeySet()), at: clock() };
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    pausedUntil = clock() + (failure === undefined ? pauseAfterFetchMs : pauseAfterFailureMs);
    return failure === undefined;
  }

  async function refresh(): Promise<boolean> {
    if (pending === undefined && clock() < pausedUntil) return false;
    return (pending ??= load().finally(() => {
      pending = undefined;
    }));
  }

  return {
    refresh,
    find: async (header) => held && pick(held.find, header),
    ageMs: () => (held === undefined ? Infinity : clock() - held.at),
    isFailing: () => failure !== undefined,
    unavailable: () => new KeysUnavailable(Math.max(1, Math.ceil((pausedUntil - clock()) / 1_000)), failure),
  };
}

/** Reads a key set over HTTP: within five seconds, following no redirect. */
export async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(fetchMs) });
  if (response.status !== 200) throw new Error(`The key set at ${url} was answered with status ${response.status}.`);
  const keySet: unknown = await response.json();
  if (isKeySet(keySet)) return keySet;
  throw new Error(`What ${url} answers is no JSON Web Key Set with a key.`);
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return (
    typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys) && value.keys.length > 0
  );
}

function requireKid(header: JWTHeaderParameters): string {
  const kid: unknown = header.kid;
  if (typeof kid === "string" && kid.length > 0 && kid.length <= kidCharactersMax) return kid;
  throw new DomainError("notAuthenticated", "The token's header names no signing key (kid).");
}

async function pick(find: FindKey, header: JWTHeaderParameters): Promise<CryptoKey | undefined> {
  try {
    return await find(header);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw error;
  }
}
