import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { entityName, importActivityId, projects } from "../../local/demo/definitions.ts";
import { readJson } from "../../local/demo/http.ts";
import { seedDemo, startRecurrenceAt } from "../../local/demo/seed.ts";
import { managingPerson } from "../../local/issuer/people.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit, type Visitor } from "./visitor.ts";

/** `PAGE_SCREENSHOTS=folder` keeps what is seen here; docs/images has a few of them. */
const screenshots = process.env["PAGE_SCREENSHOTS"];

let service: RunningService;
let browser: Browser;
let messageId: string;
let executionId: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await seedDemo(service.manager);
  await storeProjectOfLongName();
  await storeWebhook();
  messageId = await enqueueRowsOfWhichOneFails();
  await startRecurrenceAt(service.manager, importActivityId, Date.now());
  executionId = await eventually("the end of the import", async () => {
    const found = await service.manager.send("GET", `/manage/api/messages/${messageId}`);
    const message = await readJson<{ readonly state: string; readonly executionId?: string }>(found);
    return message.state === "ProcessedWithErrors" ? message.executionId : undefined;
  });
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** As wide as a name can be: no view grows by it. */
async function storeProjectOfLongName(): Promise<void> {
  const stored = await service.manager.send("PUT", `/manage/api/projects/${"W".repeat(60)}`, {
    body: JSON.stringify({ ...projects[0], name: "W".repeat(60) }),
    headers: { "content-type": "application/json" },
    expected: [201],
  });
  await stored.arrayBuffer();
}

async function storeWebhook(): Promise<void> {
  const webhook = {
    name: "Night watch",
    url: "https://example.com/hooks",
    events: ["message.ended", "load.exceeded"],
    loadBounds: { waiting: 10 },
  };
  const headers = { "content-type": "application/json" };
  const path = "/manage/api/webhooks/Night%20watch";
  const stored = await service.manager.send("PUT", path, { body: JSON.stringify(webhook), headers, expected: [201] });
  await stored.arrayBuffer();
}

async function enqueueRowsOfWhichOneFails(): Promise<string> {
  const body = [
    "CUSTOMERGROUPID,DESCRIPTION,PAYMENTTERMDAYS",
    "10,Wholesale,30",
    "20,Retail,thirty",
    "30,Intercompany,14",
    "",
  ].join("\r\n");
  const answer = await service.client.send(
    "POST",
    `/api/connector/enqueue/${importActivityId}?entity=${encodeURIComponent(entityName)}`,
    { body, headers: { "x-ms-dyn-externalidentifier": "groups-of-monday.csv" } },
  );
  return readJson<string>(answer);
}

const projectPath = encodeURIComponent(projects[0].name);
const entityPath = encodeURIComponent(entityName);
const views: readonly (readonly [name: string, address: () => string])[] = [
  ["workspace", () => ""],
  ["workspace-projects", () => "?tab=projects"],
  ["workspace-history", () => "?tab=history"],
  ["messages", () => "messages?standing=failed"],
  ["messages-found", () => "messages?q=groups-of"],
  ["start", () => "start"],
  ["start-package", () => "start?tab=package"],
  ["start-samples", () => "start?tab=samples"],
  ["job", () => `jobs/${importActivityId}?show=all`],
  ["job-addresses", () => `jobs/${importActivityId}?tab=addresses`],
  ["job-schedule", () => `jobs/${importActivityId}?tab=schedule`],
  ["job-new", () => "jobs/new?project=Customer%20groups%20in"],
  ["project", () => `projects/${projectPath}`],
  ["project-runs", () => `projects/${encodeURIComponent(projects[1].name)}?tab=runs`],
  ["project-history", () => `projects/${projectPath}?tab=history`],
  ["project-new", () => "projects/new?direction=import"],
  ["project-from-manifest", () => "projects/new?direction=import&from=manifest"],
  ["project-map", () => `projects/${projectPath}/lines/${entityPath}`],
  ["project-sequence", () => `projects/${projectPath}?tab=sequence`],
  ["project-map-export", () => `projects/${encodeURIComponent(projects[1].name)}/lines/${entityPath}`],
  ["project-sample", () => `projects/${projectPath}/lines/${entityPath}?tab=sample`],
  ["webhooks", () => "webhooks"],
  ["webhook-new", () => "webhooks/new"],
  ["webhook", () => "webhooks/Night%20watch"],
  ["webhook-settings", () => "webhooks/Night%20watch?tab=webhook"],
  ["project-missing", () => "projects/Nowhere"],
  ["message", () => `messages/${messageId}`],
  ["message-rejected", () => `messages/${messageId}?tab=rejected`],
  ["message-history", () => `messages/${messageId}?tab=history`],
  ["execution", () => `executions/${executionId}`],
  ["execution-errors", () => `executions/${executionId}?tab=errors`],
  ["entities", () => "entities"],
  ["entity-records", () => `entities/${encodeURIComponent(entityName)}?tab=records`],
  ["entity-versions", () => `entities/${encodeURIComponent(entityName)}?tab=versions&version=1`],
  ["entity-uses", () => `entities/${encodeURIComponent(entityName)}?tab=uses`],
  ["entity-history", () => `entities/${encodeURIComponent(entityName)}?tab=history&version=1`],
  ["number-sequences", () => "number-sequences"],
  ["stylesheets", () => "stylesheets"],
  ["stylesheet-new", () => "stylesheets/new"],
  ["formats", () => "formats"],
  ["format-new", () => "formats/new"],
  ["format-built-in", () => "formats/Fixed%20width"],
  ["nothing", () => "nowhere/at/all"],
  ["job-missing", () => "jobs/00000000-0000-4000-8000-00000000dead"],
];

describe.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
])("in %s at %i", (look, width) => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await visit(browser, `${service.baseUrl}/manage`, managingPerson, { width, isDark: look === "dark" });
  });

  test.each(views)("%s has no barrier, breaks no policy and fits", async (name, address) => {
    const { page, complaints, findBarriers } = visitor;
    const before = complaints.length;
    await page.goto(`${service.baseUrl}/manage/${address()}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await vi.waitFor(async () => expect(await page.locator(".starting").count()).toBe(0), { timeout: 10_000 });

    expect(await findBarriers()).toEqual([]);
    // What is missing on purpose is said by the browser as well.
    expect(complaints.slice(before).filter((line) => !line.includes("404"))).toEqual([]);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    if (screenshots !== undefined) await keepScreenshot(page, screenshots, `${name}-${look}-${width}`);
  });
});

/** As WebP, which the browser itself makes of its picture. */
async function keepScreenshot(page: Page, folder: string, name: string): Promise<void> {
  const png = (await page.screenshot()).toString("base64");
  // Outside of the page, whose policy lets nobody load a picture from elsewhere.
  const studio = await browser.newPage();
  const webp = await studio.evaluate<string>(`(async () => {
    const picture = await createImageBitmap(await (await fetch("data:image/png;base64,${png}")).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.8 })).arrayBuffer());
    return bytes.toBase64?.() ?? btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  })()`);
  await studio.close();
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.webp`), Buffer.from(webp, "base64"));
}
