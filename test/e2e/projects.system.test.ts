import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entityName } from "../../local/demo/definitions.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

const project = "Groups dropped";
const file = "CUSTOMERGROUPID,Text,PAYMENTTERMDAYS\n10,Wholesale,30\n20,Retail,14\n";

let service: RunningService;
let browser: Browser;
let page: Page;
let findBarriers: () => Promise<readonly string[]>;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await seedDemo(service.manager);
  const address = `${service.baseUrl}/manage?tab=projects`;
  ({ page, findBarriers } = await visit(browser, address, managingPerson));
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

test("A project is created from a dropped file, whose columns are the source of its map", async () => {
  await page.getByRole("link", { name: "New import project" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(project);
  const dropped = { name: "Odd groups.csv", mimeType: "text/csv", buffer: Buffer.from(file) };
  await page.locator("input[type=file]").setInputFiles(dropped);
  await page.getByRole("radio", { name: "One that is there" }).click();
  await page.getByRole("combobox", { name: "Entity" }).selectOption(entityName);
  expect(await findBarriers()).toEqual([]);
  await page.getByRole("button", { name: "Create", exact: true }).click();

  await page.getByRole("heading", { level: 1, name: project }).waitFor();
  await page.getByRole("link", { name: "View map" }).click();
  await page.getByRole("button", { name: "Text not used" }).waitFor();
  expect(await findBarriers()).toEqual([]);
});

test("A column is connected with a field without a pointer, and the map is saved", async () => {
  await page.getByRole("button", { name: "Text not used" }).press("Enter");
  await page.getByRole("button", { name: "DESCRIPTION required" }).press("Enter");
  await page.getByRole("button", { name: "Save" }).click();

  await expect.poll(storedMap).toContainEqual({ field: "DESCRIPTION", column: "Text", ignoreBlank: false });
});

test("Who only reads sees the project and its map, and can change nothing", async () => {
  const address = `${service.baseUrl}/manage/projects/${encodeURIComponent(project)}`;
  const reader = await visit(browser, address, readingPerson, { width: 390, isDark: true });
  await reader.page.getByRole("link", { name: "View map" }).waitFor();
  for (const name of ["Add file", "Remove", "Delete"]) {
    expect(await reader.page.getByRole("button", { name }).count()).toBe(0);
  }
  expect(await reader.findBarriers()).toEqual([]);

  await reader.page.getByRole("link", { name: "View map" }).click();
  await reader.page.getByText("DESCRIPTION").waitFor();
  expect(await reader.page.getByRole("button", { name: "Save" }).count()).toBe(0);
  expect(await reader.findBarriers()).toEqual([]);
});

async function storedMap(): Promise<unknown> {
  const answer = await service.manager.send("GET", `/manage/api/projects/${encodeURIComponent(project)}`);
  const { lines }: { readonly lines: readonly { readonly fieldMap?: unknown }[] } = JSON.parse(await answer.text());
  return lines[0]?.fieldMap ?? [];
}
