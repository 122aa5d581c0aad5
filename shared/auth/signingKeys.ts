import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet, type JWTHeaderParameters } from "jose";
import { DomainError } from "../domain/errors.ts";
import { KeysUnavailable } from "./keysUnavailable.ts";

/** Finds the public key that a token's header names; see `createSigningKeys` for what it throws. */
export type SigningKeys = (header: JWTHeaderParameters) => Promise<CryptoKey>;

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
export function createSigningKeys(fetchKeySet: () => Promise<JSONWebKeySet>, clock: () => number): SigningKeys {
  let held: { readonly find: ReturnType<typeof createLocalJWKSet>; readonly at: number } | undefined;
  let failure: unknown;
  let pending: Promise<void> | undefined;
  let pausedUntil = 0;
  let lookedUp = { kids: new Set<string>(), since: 0 };

  async function load(): Promise<void> {
    try {
      held = { find: createLocalJWKSet(await fetchKeySet()), at: clock() };
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    pausedUntil = clock() + (failure === undefined ? pauseAfterFetchMs : pauseAfterFailureMs);
    pending = undefined;
  }

  async function refresh(): Promise<void> {
    if (pending === undefined && clock() < pausedUntil) return;
    await (pending ??= load());
  }

  async function lookUp(kid: string): Promise<void> {
    if (clock() >= lookedUp.since + freshMs) lookedUp = { kids: new Set(), since: clock() };
    if (lookedUp.kids.has(kid)) return;
    const before = held;
    await refresh();
    // Bounded by the pause: a kid is remembered only for a fetch that was made.
    if (held !== before) lookedUp.kids.add(kid);
  }

  function unavailable(): KeysUnavailable {
    return new KeysUnavailable(Math.max(1, Math.ceil((pausedUntil - clock()) / 1_000)), failure);
  }

  return async (header) => {
    const kid = requireKid(header);
    if (held === undefined || clock() >= held.at + freshMs) await refresh();
    if (held === undefined || clock() >= held.at + usableMs) throw unavailable();
    let key = await pick(held.find, header);
    if (key !== undefined) return key;
    await lookUp(kid);
    key = await pick(held.find, header);
    if (key !== undefined) return key;
    if (failure !== undefined) throw unavailable();
    throw new DomainError("notAuthenticated", "The token is signed with a key that the tenant does not publish.");
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

async function pick(
  find: ReturnType<typeof createLocalJWKSet>,
  header: JWTHeaderParameters,
): Promise<CryptoKey | undefined> {
  try {
    return await find(header);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw error;
  }
}
