import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readFileIfAny } from "./readFileIfAny.ts";

export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 24 * 60 * 60_000;
const validDays = 397;
const renewDays = 14;

/**
 * Reads key and certificate from one PEM file, or makes them and keeps them there, so that trust given once holds. The
 * certificate alone is beside it, for clients.
 */
export async function loadCertificate(file: string): Promise<TlsFiles> {
  const kept = await readPem(file);
  const files = kept !== undefined && isUsable(kept, Date.now()) ? kept : createCertificate(Date.now());
  await mkdir(path.dirname(file), { recursive: true });
  if (files !== kept) await writeFile(file, files.key + files.cert, { mode: 0o600 });
  await writeFile(publicFileOf(file), files.cert);
  return files;
}

/** Where the certificate without its key is: what a client is given to trust. */
export function publicFileOf(file: string): string {
  return file.replace(/\.pem$/, ".crt");
}

async function readPem(file: string): Promise<TlsFiles | undefined> {
  const text = (await readFileIfAny(file)) ?? "";
  const [key, cert] = ["PRIVATE KEY", "CERTIFICATE"].map(
    (label) => new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\n`).exec(text)?.[0],
  );
  return key === undefined || cert === undefined ? undefined : { key, cert };
}

function isUsable({ key, cert }: TlsFiles, now: number): boolean {
  const certificate = new X509Certificate(cert);
  return (
    certificate.checkPrivateKey(createPrivateKey(key)) && Date.parse(certificate.validTo) > now + renewDays * dayMs
  );
}

/** Node makes keys and signatures, but no certificates: this writes the one shape that a local server needs. */
export function createCertificate(now: number): TlsFiles {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(objectId("2a8648ce3d040302")); // ecdsa-with-SHA256
  const name = sequence(set(sequence(objectId("550403"), encode(0x0c, Buffer.from("localhost"))))); // CN
  const body = sequence(
    encode(0xa0, encode(0x02, Buffer.from([2]))), // version 3
    encode(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(now - dayMs), utcTime(now + validDays * dayMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    encode(0xa3, sequence(...extensions())),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, bitString(signature));
  return { key: toPem(privateKey), cert: wrapPem("CERTIFICATE", certificate) };
}

function extensions(): Buffer[] {
  const names = sequence(
    encode(0x82, Buffer.from("localhost")),
    encode(0x87, Buffer.from([127, 0, 0, 1])),
    encode(0x87, Buffer.from([...Array.from({ length: 15 }, () => 0), 1])),
  );
  return [
    extension("551d11", names), // subjectAltName
    extension("551d13", sequence()), // basicConstraints: no authority
    extension("551d25", sequence(objectId("2b06010505070301"))), // extKeyUsage: serverAuth
  ];
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), encode(0x04, value));
}

/** DER: a tag, the length (short, or long with its number of bytes), and the content. */
function encode(tag: number, content: Buffer): Buffer {
  const bytes = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, "0"), "hex");
  const length = content.length < 0x80 ? bytes : Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}

function sequence(...items: Buffer[]): Buffer {
  return encode(0x30, Buffer.concat(items));
}

function set(...items: Buffer[]): Buffer {
  return encode(0x31, Buffer.concat(items));
}

function objectId(hex: string): Buffer {
  return encode(0x06, Buffer.from(hex, "hex"));
}

function bitString(content: Buffer): Buffer {
  return encode(0x03, Buffer.concat([Buffer.from([0]), content]));
}

function utcTime(time: number): Buffer {
  const text = new Date(time).toISOString().replace(/^\d\d|[-:T]|\.\d+/g, "");
  return encode(0x17, Buffer.from(text));
}

function toPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function wrapPem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
