import { afterAll, beforeAll, expect, test } from "vitest";
import { runNow } from "../../bench/definitions.ts";
import { managementApplication } from "../../local/issuer/applications.ts";
import { type InboundMessage, isFinalImport } from "../../shared/domain/inboundMessage.ts";
import type { Ports } from "../../shared/ports.ts";
import { importJob, importJobId, importProject, line } from "../support/definitions.ts";
import { eventually, fetchAuthorization } from "../support/runningService.ts";
import { groupsFromSender, stylesheet } from "../support/stylesheets.ts";
import { enqueuePath, type IdleService, startIdleService } from "./idleService.ts";

// Stylesheets that take all they can get, through the built app and its worker.

const megabyte = 1024 * 1024;
const project = encodeURIComponent(importProject.name);
const file = '<groups><group no="10"><title>Wholesale</title></group></groups>';
let idle: IdleService;
let manager: string;

beforeAll(async () => {
  idle = await startIdleService({ StylesheetSeconds: "6" }, [importJob]);
  manager = await fetchAuthorization(idle.service, managementApplication);
  await save("Own", groupsFromSender);
  const { headers } = await manage("GET", `projects/${project}`);
  const body = { ...importProject, lines: [{ ...line, format: "XML-Element", stylesheets: ["Own"] }] };
  const json = { "content-type": "application/json", "if-match": headers.get("etag")! };
  await requireDone(await manage("PUT", `projects/${project}`, JSON.stringify(body), json));
});

afterAll(() => idle?.service.stop());

function manage(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) {
  const url = new URL(`/manage/api/${path}`, idle.service.baseUrl);
  return fetch(url, { method, headers: { authorization: manager, ...headers }, ...(body !== undefined && { body }) });
}

async function save(name: string, content: string): Promise<void> {
  const etag = (await manage("GET", `stylesheets/${name}`)).headers.get("etag");
  const headers = { "content-type": "application/xml", ...(etag !== null && { "if-match": etag }) };
  await requireDone(await manage("PUT", `stylesheets/${name}`, content, headers));
}

async function requireDone(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`The service answered ${response.status}: ${await response.text()}`);
}

/** From the push of the file to the end of its import. */
async function imported(body: string): Promise<InboundMessage> {
  const { ports, service, authorization } = idle;
  const pushed = await fetch(new URL(enqueuePath, service.baseUrl), {
    method: "POST",
    headers: { authorization },
    body,
  });
  const messageId = String(await pushed.json());
  await runNow(ports as Ports, importJobId);
  return eventually(`the end of ${messageId}`, async () => {
    const message = (await ports.messages.findInbound(importJobId, messageId))?.value;
    return message && isFinalImport(message) ? message : undefined;
  });
}

const twice = (
  made: string,
): string => `<xsl:template match="/"><D><xsl:call-template name="r"><xsl:with-param name="n" select="40"/></xsl:call-template></D></xsl:template>
  <xsl:template name="r"><xsl:param name="n"/><xsl:if test="$n &gt; 0">${made}
  <xsl:call-template name="r"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>
  <xsl:call-template name="r"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template></xsl:if></xsl:template>`;
const endless = '<xsl:call-template name="r"/>';

test.each([
  [
    "calls itself for ever",
    "goes too deep",
    `<xsl:template match="/">${endless}</xsl:template><xsl:template name="r">${endless}</xsl:template>`,
  ],
  ["makes a thousand billion elements", "takes more memory", twice(`<X>${"a".repeat(100)}</X>`)],
  ["takes a thousand billion steps", "took longer than 6 seconds", twice("")],
])("a stylesheet that %s is ended, in bounded time and memory, and harms no other file", async (_, what, inner) => {
  await save("Own", stylesheet(inner));
  const before = await idle.service.peakMemoryBytes();

  const { state, lastError } = await imported(file);

  expect(state).toBe("PreProcessingError");
  expect(lastError).toMatch(/^Stylesheet "Own": /);
  expect(lastError).toContain(what);
  expect((await idle.service.peakMemoryBytes()) - before).toBeLessThan(250 * megabyte);
  await save("Own", groupsFromSender);
  expect(await imported(file)).toMatchObject({ state: "Processed" });
});
