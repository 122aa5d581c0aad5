import type { Browser, Page } from "playwright-core";
import { managingPerson } from "../local/issuer/people.ts";
import { newExport, type OutboundMessage } from "../shared/domain/outboundMessage.ts";
import { systemIds } from "../shared/system/ids.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import { launchBrowser } from "../test/e2e/browser.ts";
import { visit } from "../test/e2e/visitor.ts";
import { exportJob, saveDefinitions, saveJob } from "./definitions.ts";
import { type Figure, median } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { startService } from "./serviceProcess.ts";

/** Beside the grid of messages. */
const views = ["entities", "formats", "stylesheets", "jobs/new", "projects/new?direction=import"];
const jobCount = 500;
const messageCount = 10_000;
const messagesMin = 200;
const savesAtOnce = 16;
const loads = 7;
const idleMs = 60_000;
/** After so long without a change the page asks less often. */
const calmMs = 65_000;
/** Two questions of the view, and one more to spare, each asked every thirty seconds. */
const idleRequestsMax = 6;
const frameMsMax = 50;
const bareFrames = 120;
const kilobyte = 1024;

/** The management page in a real browser, with five hundred jobs and ten thousand messages of one of them. */
export async function benchPage(scale: number): Promise<readonly Figure[]> {
  await using stack = new AsyncDisposableStack();
  const service = await startService();
  stack.defer(() => service.stop());
  const activityId = await seed(openPorts(service.connectionString), scale);
  const browser = await launchBrowser();
  stack.defer(() => browser.close());
  const origin = service.connection.baseUrl;
  const list = `${origin}/manage/jobs/${activityId}?show=all`;
  return [
    ...(await measureScripts(browser, origin, list)),
    ...(await measureLoads(browser, list, Math.max(1, Math.round(loads * scale)))),
    await measureIdle(browser, `${origin}/manage`, scale),
    ...(await measureScroll(browser, list, countAt(scale))),
  ];
}

async function seed(ports: StoragePorts, scale: number): Promise<string> {
  const [job = exportJob(), ...others] = Array.from({ length: Math.max(1, jobCount * scale) }, exportJob);
  await saveDefinitions(ports, [job]);
  await inTurns(others, (other) => saveJob(ports, other));
  const ids = systemIds({ now: Date.now });
  const messages = Array.from({ length: countAt(scale) }, (_, index): OutboundMessage => {
    const at = Date.now() - index * 1000;
    const made = newExport({ id: ids.next(), activityId: job.activityId, dueAt: at, enqueuedAt: at });
    return { ...made, state: "Processed", history: [{ state: "Processed", at }] };
  });
  await inTurns(messages, (message) => ports.messages.insertOutbound(message));
  return job.activityId;
}

/** More than are in sight at once, also where it is small. */
function countAt(scale: number): number {
  return Math.max(messagesMin, Math.round(messageCount * scale));
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: savesAtOnce }, worker));
}

/** As the browser gets them: compressed. */
async function measureScripts(browser: Browser, origin: string, list: string): Promise<readonly Figure[]> {
  const { page, context } = await visit(browser, `${origin}/manage`, managingPerson);
  const first = await scriptsOf(page);
  const added: number[] = [];
  for (const address of [list, ...views.map((view) => `${origin}/manage/${view}`)]) {
    await page.goto(address);
    await page.getByRole("main").waitFor();
    const scripts = await scriptsOf(page);
    added.push(bytesOf([...scripts].filter(([name]) => !first.has(name))));
  }
  await context.close();
  return [
    { what: "page: script of the first load", value: bytesOf(first) / kilobyte, unit: "KB", target: { atMost: 250 } },
    { what: "page: script that a view adds, at most", value: Math.max(...added) / kilobyte, unit: "KB" },
  ];
}

/** Each script with its bytes on the wire. */
async function scriptsOf(page: Page): Promise<ReadonlyMap<string, number>> {
  await page.waitForLoadState("networkidle");
  const entries = await page.evaluate<[string, number][]>(
    `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
       .map(({ name, encodedBodySize }) => [name, encodedBodySize])`,
  );
  return new Map(entries);
}

function bytesOf(scripts: Iterable<readonly [string, number]>): number {
  return [...scripts].reduce((sum, [, bytes]) => sum + bytes, 0);
}

/** From the address to the first paint, and to rows in the grid, with the browser's cache as it is after a first visit. */
async function measureLoads(browser: Browser, list: string, count: number): Promise<readonly Figure[]> {
  const { page, context } = await visit(browser, list, managingPerson);
  const paints: number[] = [];
  const grids: number[] = [];
  for (let load = 0; load < count; load += 1) {
    await page.goto(list);
    await page.locator("[role=table] [role=cell]").first().waitFor();
    grids.push(await page.evaluate<number>("performance.now()"));
    paints.push(
      await page.evaluate<number>(`performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN`),
    );
  }
  await context.close();
  const target = { atMost: 1000 };
  return [
    { what: "page: first paint", value: median(paints), unit: "ms", target },
    { what: "page: messages in the grid", value: median(grids), unit: "ms" },
  ];
}

/** Of a page that lies open and in sight while nothing moves. */
async function measureIdle(browser: Browser, address: string, scale: number): Promise<Figure> {
  const { page, context } = await visit(browser, address, managingPerson);
  await page.waitForTimeout(Math.max(calmMs * scale, 1000));
  let requests = 0;
  page.on("request", () => (requests += 1));
  const ms = Math.max(idleMs * scale, 1000);
  await page.waitForTimeout(ms);
  await context.close();
  return {
    what: "page: requests of one that lies open",
    value: (requests * 60_000) / ms,
    unit: "per minute",
    target: { atMost: idleRequestsMax },
  };
}

/** From the first message to the last, a screen at a time, page after page of the API. */
async function measureScroll(browser: Browser, list: string, count: number): Promise<readonly Figure[]> {
  const { page, context } = await visit(browser, list, managingPerson);
  await page.locator("[role=table] [role=cell]").first().waitFor();
  const bare = await page.evaluate<number>(scrollFor("undefined", `frames < ${bareFrames}`));
  const longest = await page.evaluate<number>(
    scrollFor(`document.querySelector(".table-scroller")`, `Number(lastRow()) < ${count} + 1`),
  );
  await context.close();
  const limit = { what: "the same page at rest", value: bare };
  const what = `page: longest frame while ${count.toLocaleString("en-US")} messages scroll by`;
  return [{ what, value: longest, unit: "ms", limit, target: { atMost: frameMsMax } }];
}

/** The longest time between two frames while `scroller` is moved by a screen in each of them, for as long as `goes`. */
function scrollFor(scroller: string, goes: string): string {
  return `new Promise((resolve) => {
    const scroller = ${scroller};
    const lastRow = () => [...document.querySelectorAll("[aria-rowindex]")].at(-1)?.ariaRowIndex;
    let frames = 0, longest = 0, before;
    const step = (now) => {
      if (before !== undefined) longest = Math.max(longest, now - before);
      before = now;
      frames += 1;
      if (!(${goes})) return resolve(longest);
      scroller?.scrollBy(0, 400);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`;
}
