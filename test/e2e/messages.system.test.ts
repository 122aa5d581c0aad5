import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { entityName, importActivityId, projects } from "../../local/demo/definitions.ts";
import { readJson } from "../../local/demo/http.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

let service: RunningService;
let browser: Browser;
let messageId: string;
let executionId: string;

const markup = "<img src=x onerror=alert(1)>";
const backwards = "\u05d2\u05d1\u05e8";
const long = "long ".repeat(2_000);
const file = [
  "CUSTOMERGROUPID,DESCRIPTION,PAYMENTTERMDAYS",
  "10,Wholesale,30",
  "20,Major customers,soon",
  `30,${markup},${markup}`,
  `40,${backwards},${backwards}`,
  `50,${long},30`,
].join("\r\n");

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await seedDemo(service.manager);
  await keepRowsInStaging();
  messageId = await push(file);
  ({ executionId } = await ended(messageId));
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function keepRowsInStaging(): Promise<void> {
  const [{ lines, ...project }] = projects;
  const address = `/manage/api/projects/${encodeURIComponent(project.name)}`;
  const before = await service.manager.send("GET", address);
  const saved = await service.manager.send("PUT", address, {
    body: JSON.stringify({ ...project, lines: lines.map((line) => ({ ...line, skipStaging: false })) }),
    headers: { "content-type": "application/json", "if-match": before.headers.get("etag") ?? "" },
  });
  await Promise.all([before.arrayBuffer(), saved.arrayBuffer()]);
}

async function push(text: string): Promise<string> {
  const query = `entity=${encodeURIComponent(entityName)}`;
  const answer = await service.client.send("POST", `/api/connector/enqueue/${importActivityId}?${query}`, {
    body: text,
    headers: { "x-ms-dyn-externalidentifier": `groups ${markup}.csv` },
  });
  const run = await service.manager.send("POST", `/manage/api/jobs/${importActivityId}/run`, { expected: [202] });
  await run.arrayBuffer();
  return readJson(answer);
}

interface Staged {
  readonly state: string;
  readonly values: Readonly<Record<string, string>>;
}

interface Found {
  readonly state: string;
  readonly executionId: string;
}

const wait = { timeout: 20_000, interval: 100 };

async function ended(id: string): Promise<Found> {
  return vi.waitFor(async () => {
    const found = await readJson<Found>(await service.manager.send("GET", `/manage/api/messages/${id}`));
    expect(found.state).toMatch(/^Processed/);
    return found;
  }, wait);
}

const addressOf = (path: string): string => `${service.baseUrl}/manage/${path}`;

describe("a message on the page", () => {
  test("shows texts with markup, right to left, or very long, as the texts that they are", async () => {
    const { page, complaints, findBarriers } = await visit(browser, addressOf(`messages/${messageId}`), managingPerson);

    await page.getByRole("heading", { level: 1, name: `groups ${markup}.csv` }).waitFor();
    expect(await page.getByRole("cell", { name: markup }).count()).toBe(1);
    expect(await page.getByRole("cell", { name: backwards }).count()).toBe(1);
    expect(await page.locator("img").count()).toBe(0);
    expect(await findBarriers()).toEqual([]);
    await page.getByRole("tab", { name: "Rejected rows" }).click();
    await page.getByRole("textbox", { name: "DESCRIPTION, line 6" }).waitFor();
    expect(await page.getByRole("textbox", { name: "DESCRIPTION, line 6" }).inputValue()).toBe(long);
    expect(await findBarriers()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("has its failed row mended in the grid, and another message brings it", async () => {
    const address = addressOf(`messages/${messageId}?tab=rejected`);
    const { page, findBarriers } = await visit(browser, address, managingPerson);
    await page.getByRole("textbox", { name: "PAYMENTTERMDAYS, line 3" }).fill("45");
    await page.getByRole("button", { name: "Push again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Push again" }).click();
    await page.getByRole("link", { name: "the message of these rows" }).click();
    const mending = new URL(page.url()).pathname.split("/").at(-1)!;

    expect(mending).not.toBe(messageId);
    expect((await ended(mending)).state).toBe("Processed");
    await page.getByText("It mends another message").waitFor();
    await page.getByRole("link", { name: "the message that was mended" }).click();
    await page.getByText("1 row of Customer groups mended").waitFor();
    await page.getByRole("tab", { name: "Rejected rows" }).click();
    await page.getByRole("link", { name: "Mended by another message" }).waitFor();
    expect(await findBarriers()).toEqual([]);
  });

  test("offers a reader nothing to do, and the service refuses them as well", async () => {
    const { page } = await visit(browser, addressOf(`messages/${messageId}?tab=rejected`), readingPerson);
    await page.getByRole("table", { name: `Rejected rows of ${entityName}` }).waitFor();

    expect(await page.getByRole("button", { name: /^(Retry|Discard|Push again)$/ }).count()).toBe(0);
    expect(await page.getByRole("textbox").count()).toBe(0);
    const status = await page.evaluate(async (address) => {
      const kept = JSON.parse(sessionStorage.getItem("recurring-integrations.tokens") ?? "{}");
      const headers = { authorization: `Bearer ${kept.accessToken}` };
      return (await fetch(address, { method: "POST", headers })).status;
    }, `/manage/api/messages/${messageId}/retry?rows=rejected`);
    expect(status).toBe(403);
  });

  test("has rows in staging, of which nobody overwrites what somebody else wrote meanwhile", async () => {
    const address = `executions/${executionId}?tab=staging&state=error&row=3`;
    const { page, findBarriers } = await visit(browser, addressOf(address), managingPerson);
    await page.getByRole("textbox", { name: "PAYMENTTERMDAYS" }).fill("41");
    const row = `/manage/api/executions/${executionId}/staging/${encodeURIComponent(entityName)}/rows/3`;
    const before = await service.manager.send("GET", row);
    const other = await service.manager.send("PUT", row, {
      body: JSON.stringify({ values: { DESCRIPTION: "Of somebody else" } }),
      headers: { "content-type": "application/json", "if-match": before.headers.get("etag") ?? "" },
    });
    await Promise.all([before.arrayBuffer(), other.arrayBuffer()]);
    await page.getByRole("button", { name: "Save and validate" }).click();
    await page.getByText("It holds now: Of somebody else").waitFor();
    expect(await findBarriers()).toEqual([]);
    await page.getByRole("button", { name: "Keep my cells" }).click();
    await page.getByRole("button", { name: "Save and validate" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    const { values, state } = await readJson<Staged>(await service.manager.send("GET", row));
    expect(values).toMatchObject({ DESCRIPTION: "Of somebody else", PAYMENTTERMDAYS: "41" });
    expect(state).toBe("staged");
  });

  test("is retried for its rejected rows alone, where somebody says so", async () => {
    const { page } = await visit(browser, addressOf(`messages/${messageId}`), managingPerson);
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("dialog").getByText("the rows alone that the last one rejected").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Retry" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await vi.waitFor(async () => expect((await ended(messageId)).executionId).not.toBe(executionId), wait);
  });

  test("has its execution beside it, with a log and no barrier", async () => {
    const { page, findBarriers } = await visit(browser, addressOf(`executions/${executionId}`), readingPerson);
    await page.getByRole("region", { name: entityName, exact: true }).waitFor();

    expect(await findBarriers()).toEqual([]);
    await page.getByRole("tab", { name: "Execution log" }).click();
    await page.getByText("The run ended.").waitFor();
    expect(await findBarriers()).toEqual([]);
  });

  test("is found from the numbers of all jobs, from the job history, and by what its client called it", async () => {
    const { page, findBarriers } = await visit(browser, addressOf(""), readingPerson);
    await page.getByRole("link", { name: "Failed today" }).click();
    const rows = page.getByRole("region", { name: "Messages" });
    await rows.getByText(messageId).waitFor();
    await rows.getByRole("columnheader", { name: "What went wrong" }).waitFor();
    // Dark, and under the pointer, as whoever reads a row has it.
    await page.emulateMedia({ colorScheme: "dark" });
    await rows.getByRole("row").filter({ hasText: messageId }).hover();
    expect(await findBarriers()).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    await rows.getByRole("link", { name: "Rejected rows" }).first().click();
    await page.getByRole("tab", { name: "Rejected rows", selected: true }).waitFor();
    await page.goBack();

    await page.goBack();
    await page.getByRole("tab", { name: "Job history" }).click();
    await page.getByLabel("State").selectOption({ label: "With errors" });
    await page.getByLabel("Project").selectOption({ label: projects[0].name });
    await page.getByRole("region", { name: "Job history" }).getByText(projects[0].name).first().waitFor();
    expect(await page.getByText("Succeeded", { exact: true }).count()).toBe(1);

    await page.getByRole("navigation", { name: "Page" }).getByRole("link", { name: "Messages" }).click();
    await page.getByLabel("Find in all jobs").fill("GROUPS <img");
    await rows.getByText(messageId).waitFor();
    await page.getByLabel("Find in all jobs").fill(messageId.slice(0, 24));
    await rows.getByText(messageId).waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe(messageId.slice(0, 24));
  });
});
