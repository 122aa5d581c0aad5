import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { entityName } from "../../local/demo/definitions.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";
import { manifestOf, packageOf } from "../usecases/world.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

const project = "Groups dropped";
const file = "CUSTOMERGROUPID,Text,PAYMENTTERMDAYS\n10,Wholesale,30\n20,Retail,14\n";

const nothing = Buffer.alloc(0);

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

test("A file goes in now, by no recurring job, and its run is in the list", async () => {
  await page.goto(`${service.baseUrl}/manage/projects/${encodeURIComponent(project)}?tab=runs`);
  await page.getByText("The project has not run yet").waitFor();
  const dropped = { name: "Groups of today.csv", mimeType: "text/csv", buffer: Buffer.from(file) };
  await page.locator("input[type=file]").setInputFiles(dropped);
  await page.getByRole("textbox", { name: "Company" }).fill("USMF");
  expect(await findBarriers()).toEqual([]);
  await page.getByRole("button", { name: "Import now" }).click();

  const run = page.getByRole("row").nth(1);
  await run.getByText("Succeeded").waitFor();
  await page.getByRole("region", { name: "Import now" }).getByText("2 records").waitFor();
  expect(await findBarriers()).toEqual([]);
});

test("A project exports now, and the package is there to download", async () => {
  await page.goto(`${service.baseUrl}/manage/projects/Customer%20groups%20out?tab=runs`);
  await page.getByRole("textbox", { name: "Company" }).fill("USMF");
  await page.getByRole("button", { name: "Export now" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the package" }).click();

  const zip = await readFile(await (await download).path());
  expect(zip.subarray(0, 2).toString()).toBe("PK");
  expect(zip.includes("Manifest.xml")).toBe(true);
  expect(await findBarriers()).toEqual([]);
});

test("A run that ended while somebody was about to cancel it stays as it is, and they are told", async () => {
  const stillRunning = /\/executions\/[0-9a-f-]+$/;
  await page.route(stillRunning, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), state: "running" } });
  });
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.unroute(stillRunning);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the run" }).click();
  await page.getByText("there is nothing to cancel").waitFor();
  await page.getByRole("button", { name: "Let it go on" }).click();

  await page.getByText("Succeeded").waitFor();
  expect(await page.getByRole("button", { name: "Cancel the run" }).count()).toBe(0);
  await page.getByRole("button", { name: "Download the package" }).waitFor();
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

test("A line of a filter is not wrong before anything is typed, and another tab does not lose it", async () => {
  const filterTab = `${service.baseUrl}/manage/projects/Customer%20groups%20out/lines/Customer%20groups?tab=filter`;
  await Promise.all([lineChecked(), page.goto(filterTab)]);
  await Promise.all([lineChecked(), page.getByRole("button", { name: "Add" }).click()]);
  expect(await page.getByText("At least 1 character.").count()).toBe(0);

  const criteria = page.getByRole("textbox", { name: "Criteria 1" });
  await criteria.fill("1*");
  await page.getByText("1 of 2 records selected").waitFor();
  await page.getByRole("tab", { name: "View map" }).click();
  await page.getByRole("button", { name: "Stay" }).click();
  expect(await criteria.inputValue()).toBe("1*");
});

test("What is typed stays while the network is away, and is saved once it is back", async () => {
  await page.clock.install();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The filter is not saved").waitFor();
  const notReached = page.getByText("Not reached; as of");
  await eventually("the page to give up", async () => {
    await page.clock.runFor(2_000);
    return (await notReached.isVisible()) || undefined;
  });
  expect(await page.getByRole("textbox", { name: "Criteria 1" }).inputValue()).toBe("1*");
  await page.context().setOffline(false);
  // The save arrives, and its answer does not.
  await page.route(/\/projects\/[^/]+$/, async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    await route.fetch();
    await route.abort();
  });
  const lost = page.waitForEvent("requestfailed", (each) => each.method() === "PUT");
  await page.getByRole("button", { name: "Save" }).click();
  await lost;
  await drawn();

  expect(await storedLine("Customer groups out")).toMatchObject({
    filter: [{ field: "CUSTOMERGROUPID", criteria: "1*" }],
  });
  await expect.poll(() => page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  expect(await page.getByText(/Somebody else saved|is not saved/).count()).toBe(0);
  await page.unrouteAll();
});

test("The settings of a line are saved as they are chosen", async () => {
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("switch", { name: "Report deleted records" }).check();
  await page.getByRole("switch", { name: "Fail level on error" }).check();
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByRole("combobox", { name: "Field 1 of the order" }).selectOption("DESCRIPTION");
  await page.getByRole("combobox", { name: "Direction 1" }).selectOption("Descending");
  expect(await findBarriers()).toEqual([]);
  await page.getByRole("button", { name: "Save" }).click();

  await expect
    .poll(() => storedLine("Customer groups out"))
    .toMatchObject({
      refreshType: "incremental",
      tombstones: true,
      failLevelOnError: true,
      failUnitOnError: false,
      sort: [{ field: "DESCRIPTION", descending: true }],
      filter: [{ field: "CUSTOMERGROUPID", criteria: "1*" }],
    });
});

test("An entity that is in an export already is not added once more", async () => {
  await page.goto(`${service.baseUrl}/manage/projects/Customer%20groups%20out?add=entity`);
  await page.getByText("Every data entity is in the project").waitFor();
  expect(await page.getByRole("button", { name: "Add", exact: true }).isDisabled()).toBe(true);
});

test("A stylesheet that a file goes through is looked at by its link", async () => {
  await storeStylesheet("As it is");
  await page.goto(
    `${service.baseUrl}/manage/projects/Customer%20groups%20in/lines/Customer%20groups?tab=transformations`,
  );
  await page.getByRole("link", { name: "stylesheets", exact: true }).waitFor();
  await page.getByRole("combobox", { name: "Add a stylesheet" }).selectOption("As it is");
  await page.getByRole("link", { name: "As it is" }).click();
  await page.getByRole("button", { name: "Leave" }).click();

  await page.getByRole("heading", { level: 1, name: "As it is" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/manage/stylesheets/As%20it%20is");
});

test("A file without a byte is said to be empty", async () => {
  await page.goto(`${service.baseUrl}/manage/projects/Customer%20groups%20in?add=entity`);
  await page.locator("input[type=file]").setInputFiles({ name: "none.csv", mimeType: "text/csv", buffer: nothing });
  await page.getByText("It is empty.").waitFor();
  expect(await page.getByRole("button", { name: "Add", exact: true }).isDisabled()).toBe(true);
});

test("A file that somebody chose is not left behind without a question", async () => {
  await page.getByRole("tab", { name: "Sequence" }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay" }).click();
  expect(await page.getByText("It is empty.").count()).toBe(1);
  await page.getByRole("tab", { name: "Sequence" }).click();
  await question.getByRole("button", { name: "Leave" }).click();
});

test("A number of the sequence that cannot be is refused by the name of its entity", async () => {
  await page.getByRole("textbox", { name: "Sequence in level of Customer groups" }).fill("0");
  await page.getByRole("button", { name: "Save" }).click();
  const failure = page.getByRole("alert").filter({ hasText: "The sequence is not saved" });
  await failure.getByText("Customer groups.sequence", { exact: true }).waitFor();
  expect(await failure.getByText("lines[").count()).toBe(0);
  await page.getByRole("button", { name: "Undo all" }).click();
});

test("A number of the sequence that is half typed takes no entity out of the picture", async () => {
  await page.getByRole("textbox", { name: "Sequence in level of Customer groups" }).fill("");
  expect(await page.getByRole("button", { name: /^Customer groups: Unit 1/ }).count()).toBe(1);
  await page.getByRole("button", { name: "Undo all" }).click();
});

test("A project that stops in front of its entities keeps the rows of its lines in staging", async () => {
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("switch", { name: /^Copy records/ }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();

  await expect.poll(() => storedLine("Customer groups in")).toMatchObject({ skipStaging: false });
});

test("A project is made of a package, once it was said what its missing format is like and that one entity stays out", async () => {
  await page.goto(`${service.baseUrl}/manage?tab=projects`);
  await page.getByRole("link", { name: "New import project" }).click();
  await page.getByRole("radio", { name: "Import, from a package or its manifest" }).click();
  const buffer = Buffer.from(await packageOf(exportedManifest, { "groups.csv": file.replace("Text", "DESCRIPTION") }));
  await page.locator("input[type=file]").setInputFiles({ name: "export.zip", mimeType: "application/zip", buffer });
  await page.getByText("Entity Vendors does not exist in the target environment.").waitFor();
  expect(await findBarriers()).toEqual([]);
  const create = page.getByRole("button", { name: "Create", exact: true });
  expect(await create.isDisabled()).toBe(true);
  await page.getByRole("combobox", { name: /Legacy CSV/ }).selectOption("CSV");
  await page.getByRole("checkbox", { name: "Leave out the entity that has problems" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("From a package");
  await create.click();

  await page.getByRole("heading", { level: 1, name: "From a package" }).waitFor();
  expect(await storedLine("From a package")).toMatchObject({
    entity: entityName,
    format: "Legacy CSV",
    sample: { fileName: "groups.csv", isValid: true },
  });
});

test("The file of a sample is had back from its line", async () => {
  await page.getByRole("link", { name: "Sample" }).click();
  const arrival = page.waitForEvent("download");
  await page.getByRole("button", { name: "Sample file" }).click();
  const download = await arrival;

  expect(download.suggestedFilename()).toBe("groups.csv");
  expect(await readFile(await download.path(), "utf8")).toBe(file.replace("Text", "DESCRIPTION"));
});

const exportedManifest = manifestOf(
  { sourceFormat: "Legacy CSV", inputFilePath: "groups.csv" },
  { entityName: "Vendors", targetEntity: "VendVendorV2Entity", inputFilePath: "vendors.csv" },
);

test("What is typed of an entity stays when somebody else takes the entity out, and can be put back", async () => {
  const line = `projects/${encodeURIComponent(project)}/lines/${encodeURIComponent(entityName)}`;
  await page.goto(`${service.baseUrl}/manage/${line}?tab=settings`);
  const typed = page.getByRole("switch", { name: "Fail level on error" });
  await typed.check();
  await takeEntitiesOut();
  const warning = page.getByText("Somebody else took this entity out of the project");
  await warning.waitFor();
  expect(await typed.isChecked()).toBe(true);
  expect(await findBarriers()).toEqual([]);
  await page.getByRole("button", { name: "Put it back" }).click();

  await warning.waitFor({ state: "detached" });
  expect(await storedLine(project)).toMatchObject({
    failLevelOnError: true,
    fieldMap: expect.arrayContaining([{ field: "DESCRIPTION", column: "Text", ignoreBlank: false }]),
  });
  expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
});

/** The service looked at the line as it is typed, and the page shows what it said. */
async function lineChecked(): Promise<void> {
  const answer = await page.waitForResponse((each) => each.url().endsWith("/check"));
  await answer.finished();
  await drawn();
}

async function drawn(): Promise<void> {
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
}

async function storedMap(): Promise<unknown> {
  return (await storedLine(project))?.fieldMap ?? [];
}

/** As somebody else does. */
async function takeEntitiesOut(): Promise<void> {
  const path = `/manage/api/projects/${encodeURIComponent(project)}`;
  const found = await service.manager.send("GET", path);
  const { lines: _, ...rest }: { readonly lines: unknown } = JSON.parse(await found.text());
  await service.manager.send("PUT", path, {
    body: JSON.stringify({ ...rest, lines: [] }),
    headers: { "content-type": "application/json", "if-match": found.headers.get("etag") ?? "" },
  });
}

async function storeStylesheet(name: string): Promise<void> {
  const content = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>';
  await service.manager.send("PUT", `/manage/api/stylesheets/${encodeURIComponent(name)}`, {
    body: JSON.stringify({ name, content }),
    headers: { "content-type": "application/json" },
    expected: [201],
  });
}

interface StoredLine {
  readonly fieldMap?: unknown;
  readonly filter?: unknown;
}

async function storedLine(name: string): Promise<StoredLine | undefined> {
  const answer = await service.manager.send("GET", `/manage/api/projects/${encodeURIComponent(name)}`);
  const { lines }: { readonly lines: readonly StoredLine[] } = JSON.parse(await answer.text());
  return lines[0];
}
