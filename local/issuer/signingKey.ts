import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";
import { readJsonIfAny } from "../readFileIfAny.ts";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** As the keys endpoint publishes it. */
  readonly publicJwk: JWK;
}

/** Reads the key from the file, or makes one and keeps it there; without a file it lives as long as the process. */
export async function loadSigningKey(file: string | undefined): Promise<SigningKey> {
  const kept = file === undefined ? undefined : await readKey(file);
  if (kept !== undefined) return toSigningKey(kept);
  const { privateKey } = await generateKeyPair("RS256", { extractable: true, modulusLength: 2048 });
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID() };
  if (file !== undefined) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(jwk), { mode: 0o600 });
  }
  return toSigningKey(jwk);
}

async function readKey(file: string): Promise<JWK | undefined> {
  // Absent, or cut off while it was written: a new key does no harm, tokens live for an hour.
  const jwk = await readJsonIfAny<JWK>(file);
  return jwk?.kid !== undefined && jwk.d !== undefined ? jwk : undefined;
}

async function toSigningKey(jwk: JWK): Promise<SigningKey> {
  const privateKey = await importJWK(jwk, "RS256");
  const { kid = "", kty = "RSA", n = "", e = "" } = jwk;
  if (privateKey instanceof Uint8Array)
    throw new Error("The issuer's key is no RSA key. Remove the file that holds it.");
  return { kid, privateKey, publicJwk: { kty, use: "sig", alg: "RS256", kid, n, e } };
}
