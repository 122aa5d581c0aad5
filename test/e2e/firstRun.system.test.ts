import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJson } from "../../local/demo/http.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit, type Visitor } from "./visitor.ts";

const orders = "Order no,Placed on,Total\nA-001,2026-11-01,10.50\nA-002,2026-11-02,7\n";

let service: RunningService;
let browser: Browser;
let manager: Visitor;
let page: Page;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  manager = await visit(browser, `${service.baseUrl}/manage`, managingPerson);
  ({ page } = manager);
  await manager.context.grantPermissions(["clipboard-read", "clipboard-write"]);
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

const drop = (name: string, text: string) =>
  page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const field = (name: string) => page.getByRole("textbox", { name });
const step = (text: string) => page.getByRole("listitem").filter({ hasText: text });

test("Who only reads is told who sets a service up", async () => {
  const reader = await visit(browser, `${service.baseUrl}/manage`, readingPerson, { width: 390, isDark: true });
  await reader.page.getByText("Nothing is set up here yet").waitFor();
  expect(await reader.page.getByRole("link", { name: "From a file to a running job" }).count()).toBe(0);
  await reader.page.goto(`${service.baseUrl}/manage/start`);
  await reader.page.getByText("You may look and not change").waitFor();
  expect(await reader.page.locator("input[type=file]").count()).toBe(0);
  expect(await reader.findBarriers()).toEqual([]);
  await reader.context.close();
});

test("A file becomes a job on an empty service by keys alone, and the line that is shown sends it", async () => {
  await page.getByRole("link", { name: "Drop a file" }).press("Enter");
  await drop("Shop orders.csv", orders);
  await page.getByLabel("Type of TOTAL").selectOption("string");
  await page.getByLabel("Type of TOTAL").selectOption("real");
  await field("Name of the job").press("Enter");
  await page.getByRole("heading", { name: "Shop orders import is ready for files" }).waitFor();
  expect(await page.evaluate("document.activeElement.id")).toBe("ready");
  expect(await manager.findBarriers()).toEqual([]);

  await page.getByRole("button", { name: "Copy all lines" }).press("Enter");
  const lines = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(lines).toContain("--data-binary @'Shop orders.csv'");
  expect(lines).toContain("client_secret='local-development'");
  const [url = ""] = /http:[^']*enqueue[^']*/.exec(lines) ?? [];
  const sent = await service.client.send("POST", url, { body: orders });
  const messageId = await readJson<string>(sent);

  await page.getByRole("link", { name: "See it arrive at the job" }).press("Enter");
  await page.getByText(messageId).waitFor();
  await page.getByRole("button", { name: "Run now" }).press("Enter");
  await eventually("the end of the import", async () => {
    const found = await service.manager.send("GET", `/manage/api/messages/${messageId}`);
    return (await readJson<{ readonly state: string }>(found)).state === "Processed" || undefined;
  });
  const records = await service.manager.send("GET", "/manage/api/entities/Shop%20orders/records");
  expect(await readJson(records)).toMatchObject({
    items: [
      { ORDER_NO: "A-001", TOTAL: "10.5" },
      { ORDER_NO: "A-002", TOTAL: "7" },
    ],
  });
});

test("What a failed attempt made stays, and going on makes nothing twice", async () => {
  await page.goto(`${service.baseUrl}/manage/start`);
  await drop("Returns.csv", "Return,Reason\nR1,broken\nR2,late\n");
  await field("Name of the job").fill("Shop orders import");
  await page.getByRole("button", { name: "Create the job" }).click();
  await step("Recurring data job Not made").waitFor();
  await step("Data entity Made").waitFor();
  expect(await manager.findBarriers()).toEqual([]);

  await field("Name of the job").fill("Returns of the shop");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Returns of the shop is ready for files" }).waitFor();
  const entity = await service.manager.send("GET", "/manage/api/entities/Returns");
  expect(await readJson(entity)).toMatchObject({ version: 1 });
  // The sample is the second one.
  const project = await service.manager.send("GET", "/manage/api/projects/Returns%20import");
  expect(await readJson(project)).toMatchObject({ version: 2, lines: [{ sample: { fileName: "Returns.csv" } }] });
});

test("What is there already is left alone where it is another one, and used where it is the same", async () => {
  await page.goto(`${service.baseUrl}/manage/start`);
  await drop("Returns.csv", "Parcel,Weight\nP1,3\nP2,4\n");
  await page.getByRole("button", { name: "Create the job" }).click();
  await page.getByText('There is another data entity "Returns" already').waitFor();
  await page.getByRole("button", { name: "Another file" }).click();

  await drop("Returns.csv", "Return,Reason\nR1,broken\nR2,late\n");
  await page.getByRole("radio", { name: "A new one, made from the file" }).check();
  await field("Name of the job").fill("Returns, once more");
  await page.getByRole("button", { name: /^(Go on|Create the job)$/ }).click();
  await page.getByRole("heading", { name: "Returns, once more is ready for files" }).waitFor();
  expect(await step("Was there already, and is the same").count()).toBe(3);
});

test("The sample entities are loaded once, and none that is there is changed", async () => {
  await page.goto(`${service.baseUrl}/manage/start?tab=samples`);
  await page.getByRole("button", { name: "Load the sample entities" }).click();
  await page.getByText("All of them are here.").waitFor();
  await page.reload();
  await expect.poll(() => step("Here already, and the same").count()).toBe(5);
  expect(await manager.findBarriers()).toEqual([]);
  // The refusals above are said by the browser as well.
  expect(manager.complaints.filter((line) => !/status of 4(00|28)/.test(line))).toEqual([]);
});

test("A file of an entity that is there needs no new one, and names the company whose records it holds", async () => {
  await page.goto(`${service.baseUrl}/manage/start`);
  await drop("customer-groups.csv", "CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n");
  await page.getByRole("radio", { name: "One that is there", checked: true }).waitFor();
  await page.getByRole("button", { name: "Create the job" }).click();
  await page.getByText("The records of this entity belong to companies").waitFor();
  // What is typed while a press is under way shows this before that is over.
  await page.getByRole("button", { name: "Create the job" }).waitFor();
  await field("Company").fill("USMF");
  await field("Company").press("Enter");
  await page.getByRole("heading", { name: "Customer groups import is ready for files" }).waitFor();
  expect(await step("Data entity").count()).toBe(0);
});
