import { createHmac, randomBytes } from "node:crypto";
import type { Ports } from "../../ports.ts";
import { lost, untilWon } from "../../ports/untilWon.ts";
import type { WebhookSecrets } from "../../ports/webhooks.ts";

const prefix = "whsec_";
const secretBytes = 32;
const secretBytesMin = 24;
const secretBytesMax = 64;

/** The secrets of a webhook of Standard Webhooks, made at the first call of it. */
export async function secretsOf(ports: Ports, webhookId: string): Promise<WebhookSecrets> {
  return untilWon("The secret of a webhook", async () => {
    const found = await ports.secrets.find(webhookId);
    if (found) return found.value;
    const made = { current: newSecret(), changedAt: ports.clock.now() };
    return (await ports.secrets.save(webhookId, made, undefined)) ? made : lost;
  });
}

/** As Standard Webhooks writes them. */
export function newSecret(): string {
  return prefix + randomBytes(secretBytes).toString("base64");
}

/** Why this is no secret of Standard Webhooks. */
export function secretProblem(text: string): string | undefined {
  const key = Buffer.from(text.slice(prefix.length), "base64");
  const isBase64 = text.startsWith(prefix) && key.toString("base64") === text.slice(prefix.length);
  if (isBase64 && key.length >= secretBytesMin && key.length <= secretBytesMax) return undefined;
  return `A secret is ${prefix} and ${secretBytesMin} to ${secretBytesMax} bytes in base64.`;
}

/** The headers of Standard Webhooks: a signature by the newest secret, and one by each that still holds good. */
export function signedHeaders(
  { current, previous }: WebhookSecrets,
  id: string,
  at: number,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  const secrets = previous && previous.until > at ? [current, previous.secret] : [current];
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
