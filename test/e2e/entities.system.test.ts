import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entity, entityName, importActivityId } from "../../local/demo/definitions.ts";
import { seedDemo } from "../../local/demo/seed.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

const markup = "<img src=x onerror=alert(1)>";
const rightToLeft = "\u05d0\u05d1\u05d2 groups";
const long = "W".repeat(60);
const records = `CUSTOMERGROUPID,DESCRIPTION\n10,Wholesale\n20,${markup}\n`;

let service: RunningService;
let browser: Browser;
let page: Page;
let complaints: readonly string[];
let findBarriers: () => Promise<readonly string[]>;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await seedDemo(service.manager);
  for (const [index, name] of [rightToLeft, long].entries()) await put(name, `Payload${index}`);
  await service.client.send(
    "POST",
    `/api/connector/enqueue/${importActivityId}?entity=${encodeURIComponent(entityName)}`,
    {
      body: records,
    },
  );
  await service.manager.send("POST", `/manage/api/jobs/${importActivityId}/run`, { expected: [202] });
  ({ page, complaints, findBarriers } = await visit(browser, `${service.baseUrl}/manage/entities`, managingPerson));
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** Saves an entity as somebody else would; one that is there is replaced. */
async function put(name: string, aotName: string, fields: readonly object[] = entity.fields): Promise<void> {
  const path = `/manage/api/entities/${encodeURIComponent(name)}`;
  const found = await service.manager.send("GET", path, { expected: [200, 404] });
  const etag = found.headers.get("etag");
  await service.manager.send("PUT", path, {
    body: JSON.stringify({ name, aotName, fields }),
    headers: { "content-type": "application/json", ...(etag !== null && { "if-match": etag }) },
    expected: [200, 201],
  });
}

async function read(name: string): Promise<{ readonly aotName: string; readonly fields: readonly { name: string }[] }> {
  const answer = await service.manager.send("GET", `/manage/api/entities/${encodeURIComponent(name)}`);
  return JSON.parse(await answer.text());
}

describe("the data entities", () => {
  test("are made by a form that says what is missing, under a label that shows as the text that it is", async () => {
    await page.getByRole("link", { name: "New data entity" }).click();
    await page.getByRole("textbox", { name: "Label" }).fill(markup);
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByText("fields[0].name", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: /no name yet/ }).click();
    await page
      .getByRole("group", { name: /^Field/ })
      .getByRole("textbox", { name: "Name" })
      .fill("CODE");
    const length = page.getByRole("textbox", { name: "Characters at most" });
    await length.fill("ten");
    await page
      .getByRole("group", { name: /^Field/ })
      .getByText("A whole number from 1 to 1000000.")
      .waitFor();
    await length.fill("10");
    await page.getByRole("button", { name: "Add a field" }).click();
    await page
      .getByRole("group", { name: /^Field/ })
      .getByRole("textbox", { name: "Name" })
      .fill("COLOUR");
    await page.getByRole("combobox", { name: "Type" }).selectOption("enum");
    await page.getByRole("textbox", { name: "Symbol" }).fill("Red");
    expect(await findBarriers()).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByRole("heading", { level: 1, name: markup }).waitFor();
    const saved = await read(markup);
    expect(saved).toMatchObject({
      aotName: "ImgSrcXOnerrorAlert1Entity",
      fields: [
        { name: "CODE", type: "string", lengthMax: 10, isKey: true },
        { name: "COLOUR", type: "enum", enumValues: [{ symbol: "Red", value: 0 }] },
      ],
    });
  });

  test("have a field that one adds open by the end of the press, so that nothing is typed into the one before", async () => {
    await page.goto(`${service.baseUrl}/manage/entities/new?field=1`);
    await page.getByRole("textbox", { name: "Label" }).fill("Colours");
    await page
      .getByRole("group", { name: /^Field/ })
      .getByRole("textbox", { name: "Name" })
      .fill("CODE");
    // Behind everything of the page's own that hears the press.
    await page.evaluate(`addEventListener("click", () => {
      window.openedByPress = document.querySelector(".field-editor").getAttribute("aria-label");
    }, { once: true })`);
    await page.getByRole("button", { name: "Add a field" }).click();

    expect(await page.evaluate("window.openedByPress")).toBe("Field ");
    await page.getByRole("button", { name: "Undo all" }).click();
  });

  test("are listed whatever they are called", async () => {
    await page.getByRole("link", { name: "Entities", exact: true }).click();

    for (const name of [markup, rightToLeft, long]) await page.getByRole("link", { name, exact: true }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await findBarriers()).toEqual([]);
  });

  test("keep both what one typed and what somebody else saved in the meantime, field by field", async () => {
    await page.getByRole("link", { name: rightToLeft, exact: true }).click();
    await page.getByRole("button", { name: /^DESCRIPTION/ }).click();
    await page.getByRole("textbox", { name: "Characters at most" }).fill("99");
    await put(rightToLeft, "SavedByAnother");
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByRole("heading", { name: `Somebody else saved the data entity ${rightToLeft}` }).waitFor();
    // What is behind the dialog changes its colours for a moment.
    await expect.poll(findBarriers).toEqual([]);
    await page.getByRole("button", { name: "Go on with these" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Version 3,").waitFor();
    const saved = await read(rightToLeft);
    expect(saved.aotName).toBe("SavedByAnother");
    expect(saved.fields.find(({ name }) => name === "DESCRIPTION")).toMatchObject({ lengthMax: 99 });
  });

  test("tell where they are used, and what keeps them from being deleted before anybody types their name", async () => {
    await page.goto(`${service.baseUrl}/manage/entities/${encodeURIComponent(entityName)}?tab=uses`);
    const uses = page.getByRole("table", { name: "Where used" });
    await uses.getByRole("link", { name: "Customer groups in", exact: true }).waitFor();
    await uses.getByText("Moves it in the line").first().waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByRole("link", { name: "Customer groups out" }).waitFor();
    expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    expect(await dialog.getByRole("textbox").count()).toBe(0);
    expect(await findBarriers()).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  test("tell who saved them, and what each version changed", async () => {
    await page.goto(`${service.baseUrl}/manage/entities/${encodeURIComponent(rightToLeft)}?tab=history`);
    const history = page.getByRole("table", { name: "History of changes" });
    await history.getByText(managingPerson.userName).waitFor();
    await history.getByRole("link", { name: "version 3" }).click();
    await page.getByRole("heading", { name: "What version 3 changed" }).waitFor();
    expect(new URL(page.url()).search).toBe("?tab=history&version=3");
  });

  test("go when somebody types their name", async () => {
    await page.getByRole("button", { name: "Delete" }).click();
    const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Delete" });
    expect(await confirm.isEnabled()).toBe(false);
    await page.getByRole("alertdialog").getByRole("textbox").fill(rightToLeft);
    await confirm.click();

    await page.getByRole("heading", { level: 1, name: "Data entities" }).waitFor();
    await page.getByRole("link", { name: rightToLeft, exact: true }).waitFor({ state: "detached" });
  });
});

describe("the records of an entity", () => {
  test("are found by their key, and deleted by their number", async () => {
    await page.getByRole("link", { name: entityName, exact: true }).click();
    await page.getByRole("tab", { name: "Records" }).click();
    await page.getByRole("textbox", { name: "Company" }).fill("USMF");
    await page.getByRole("search", { name: "Company" }).getByRole("button").click();
    await page.getByRole("status").filter({ hasText: "2 records of USMF" }).waitFor();
    await page.getByRole("textbox", { name: "CUSTOMERGROUPID" }).fill("20");
    await page.getByRole("search", { name: "CUSTOMERGROUPID" }).getByRole("button").click();
    await page.getByRole("button", { name: "All records", exact: true }).waitFor();
    await page.getByRole("cell", { name: markup, exact: true }).waitFor();

    expect(await page.getByRole("cell", { name: "Wholesale" }).count()).toBe(0);
    expect(await findBarriers()).toEqual([]);
    await page.getByRole("button", { name: "Delete all records" }).click();
    await page.getByText("2 records of company USMF will be gone").waitFor();
    await page.getByRole("alertdialog").getByRole("textbox").fill(entityName);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("status").filter({ hasText: "0 records of USMF" }).waitFor();
    expect(complaints.filter((line) => !/status of 4\d\d/.test(line))).toEqual([]);
  });
});

test("A format is tried out on a file as it is typed, and says which rows and values do not fit", async () => {
  await page.goto(`${service.baseUrl}/manage/formats/new`);
  const buffer = Buffer.from("CUSTOMERGROUPID;PAYMENTTERMDAYS\r\n10;30\r\n20\r\n30;thirty\r\n");
  await page.locator("input[type=file]").setInputFiles({ name: "groups.txt", mimeType: "text/plain", buffer });
  await page.getByText("it looks as if its delimiter were semicolon").waitFor();
  await page.getByRole("combobox", { name: "Column delimiter" }).selectOption("semicolon");
  await page.getByRole("status").filter({ hasText: "3 rows, 1 with problems" }).waitFor();
  await page.getByRole("combobox", { name: "Check the values as those of" }).selectOption(entityName);

  await page.getByRole("status").filter({ hasText: "3 rows, 2 with problems" }).waitFor();
  await page.getByRole("cell", { name: /The row has 1 of 2 columns/ }).waitFor();
  await page
    .getByRole("cell", { name: /thirty/ })
    .first()
    .waitFor();
  expect(await findBarriers()).toEqual([]);
  await page.getByRole("link", { name: "Entities", exact: true }).click();
});

test("Who only reads sees all of an entity and can change nothing", async () => {
  const address = `${service.baseUrl}/manage/entities/${encodeURIComponent(entityName)}`;
  const reader = await visit(browser, address, readingPerson, { width: 390, isDark: true });
  await reader.page.getByText("String · at most 10 characters · key · required").waitFor();

  for (const name of ["Save", "Delete", "Add a field"]) {
    expect(await reader.page.getByRole("button", { name }).count()).toBe(0);
  }
  expect(await reader.findBarriers()).toEqual([]);
  await reader.page.getByRole("link", { name: "Entities", exact: true }).click();
  await reader.page.getByRole("table", { name: "Data entities" }).waitFor();
  expect(await reader.page.getByRole("link", { name: "New data entity" }).count()).toBe(0);
});

test("A webhook is made, tried, and given a secret that is shown once", async () => {
  await page.goto(`${service.baseUrl}/manage/webhooks/new`);
  await page.getByRole("textbox", { name: "Name" }).fill("Night watch");
  await page.getByRole("textbox", { name: "Address" }).fill("https://hooks.invalid/night");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Night watch" }).waitFor();

  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByRole("row").nth(1).getByText("webhook.test").waitFor();
  await page.getByRole("tab", { name: "Secret" }).click();
  await page.getByRole("button", { name: "Change the secret" }).click();
  const secret = (await page.getByText(/^whsec_/).textContent()) ?? "";
  await page.reload();

  await page.getByRole("button", { name: "Change the secret" }).waitFor();
  expect(secret.length).toBeGreaterThan(30);
  expect(await page.getByText(secret).count()).toBe(0);
});
