// A receiver of webhooks that believes no call without a signature, and takes each event once:
//   WEBHOOK_SECRET=whsec_… node examples/webhookReceiver.ts 8080
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";

const bodyBytesMax = 64 * 1024;
const clockSecondsMax = 5 * 60;
/** Far more than come twice within a day; a receiver of its own keeps them beside what it does with them. */
const rememberedMax = 10_000;

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Whether the body was signed by somebody who has the secret, within the last minutes. */
function isGenuine(secret: string, headers: IncomingHttpHeaders, body: string): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures = "" } = headers;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < clockSecondsMax)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest();
  // There are two while the secret is being changed.
  return String(signatures)
    .split(" ")
    .map((text) => Buffer.from(text.replace(/^v1,/, ""), "base64"))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new RangeError("The body is too large.");
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Answers at once, and hands each event on a single time, however often it comes. */
export function createReceiver(secret: string, take: (event: Told) => void): Server {
  const taken = new Set<string>();
  return createServer(async (request, response) => {
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined || !isGenuine(secret, request.headers, body)) {
      response.writeHead(401).end();
      return;
    }
    const id = String(request.headers["webhook-id"]);
    if (!taken.has(id)) take(JSON.parse(body));
    taken.add(id);
    if (taken.size > rememberedMax) taken.delete(taken.values().next().value ?? "");
    response.writeHead(204).end();
  });
}

if (import.meta.main) {
  const { WEBHOOK_SECRET: secret } = process.env;
  if (!secret) throw new Error("Set WEBHOOK_SECRET to what POST manage/api/webhooks/{name}/secret answered.");
  const port = Number(process.argv[2] ?? 8080);
  createReceiver(secret, ({ type, timestamp, data }) => console.log(timestamp, type, JSON.stringify(data))).listen(
    port,
  );
  console.log(`Listening at http://localhost:${port}/`);
}
