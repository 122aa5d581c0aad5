import { isSameName } from "./dataEntity.ts";

/** Whose records an upload brings, as the job chose: the label of its entity, where it is a file, and the company. */
export interface UploadTarget {
  readonly entity?: string;
  readonly company?: string;
}

/** What was accepted under a key: a repeat is the same bytes for the same target. */
export interface AcceptedUpload {
  readonly messageId: string;
  readonly sha256: string;
  /** Not known of what the first release accepted and has no message any more. */
  readonly target?: UploadTarget;
}

/** What a key of a job stands for: an upload on its way, or the message that was accepted under it. */
export interface KeyRecord {
  readonly messageId: string;
  /** What its age counts from. */
  readonly reservedAt: number;
  /** Until then the request that has the key is surely at work; it renews this while bytes come in. */
  readonly heldUntil?: number;
  /** Written together with the message, and final. */
  readonly accepted?: Omit<AcceptedUpload, "messageId">;
}

/** How long a request may be silent before its key goes to the next one, and how often it tells that it is at work. */
export const keyHoldMs = 15_000;
export const keyBeatMs = 4_000;

/** The name of a key that a client chose. */
export function clientKey(idempotencyKey: string): string {
  return `key:${idempotencyKey}`;
}

/** The name of the key of an upload in blocks whose client chose none. */
export function uploadIdKey(uploadId: string): string {
  return `blocks:${uploadId}`;
}

/** The name of the key of a file within a job's duplicate window: the external identifier alone never decides. */
export function fileKey(
  sha256: string,
  externalIdentifier: string,
  { entity = "", company = "" }: UploadTarget,
): string {
  return `upload:${JSON.stringify([sha256, externalIdentifier, entity.toLowerCase(), company.toUpperCase()])}`;
}

/** The name that the first release gave such a key, whatever the file was for. */
export function earlierFileKey(sha256: string, externalIdentifier: string): string {
  return `file:${sha256}:${externalIdentifier}`;
}

export function isSameTarget(one: UploadTarget, other: UploadTarget): boolean {
  const isSameCompany = (one.company ?? "").toUpperCase() === (other.company ?? "").toUpperCase();
  return isSameCompany && isSameName(one.entity ?? "", other.entity ?? "");
}
