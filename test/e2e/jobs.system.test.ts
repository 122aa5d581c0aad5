import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entity, projects } from "../../local/demo/definitions.ts";
import { readJson } from "../../local/demo/http.ts";
import { clientApplication } from "../../local/issuer/applications.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

let service: RunningService;
let browser: Browser;
/** Of the job that the first test creates. */
let jobUrl: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await save(`entities/${encodeURIComponent(entity.name)}`, entity);
  for (const project of projects) await save(`projects/${encodeURIComponent(project.name)}`, project);
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function save(path: string, value: object): Promise<void> {
  const answer = await service.manager.send("PUT", `/manage/api/${path}`, {
    body: JSON.stringify(value),
    headers: { "content-type": "application/json" },
    expected: [201],
  });
  await answer.arrayBuffer();
}

const field = (page: Page, name: string) => page.getByRole("textbox", { name });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

describe("a recurring data job", () => {
  test("is created by the original's steps, and what a client sends it is processed", async () => {
    const { page, complaints, findBarriers } = await visit(browser, `${service.baseUrl}/manage`, managingPerson);
    await page.getByRole("link", { name: "Create recurring data job" }).click();
    await field(page, "Name").fill("Groups of the shop");
    await field(page, "Description").fill("What the shop sends each night");
    await page.getByRole("combobox", { name: "Data project" }).fill("Customer groups in");
    await page.getByText("Imports Customer groups (CSV).").waitFor();

    await field(page, "Application id 1").fill("no id");
    await page.getByText("This is no GUID").waitFor();
    await field(page, "Application id 1").fill(`{${clientApplication.clientId.toUpperCase()}}`);

    await press(page, "Advanced options");
    await page.getByRole("radio", { name: /^File/ }).check();
    await press(page, "OK");
    await page.getByText("Set a processing recurrence before the job is enabled.").waitFor();

    await press(page, "Set processing recurrence");
    const dialog = page.getByRole("dialog", { name: "Set processing recurrence" });
    await dialog.getByRole("combobox", { name: "Unit" }).selectOption("minute");
    await dialog.getByText(/^Every minute from .*, Europe\/Copenhagen$/).waitFor();
    expect(await dialog.getByRole("list", { name: "Next due times" }).getByRole("listitem").count()).toBe(10);
    expect(await findBarriers()).toEqual([]);
    await dialog.getByRole("button", { name: "OK" }).click();
    await press(page, "OK");
    await page.getByText("give the job a company").waitFor();
    await field(page, "Company").fill("USMF");

    await press(page, "OK");
    const confirmation = page.getByRole("dialog", { name: "Create the recurring data job Groups of the shop?" });
    await confirmation.getByText(/^Every minute from/).waitFor();
    await confirmation.getByRole("button", { name: "Yes" }).click();
    await page.getByRole("heading", { level: 1, name: "Groups of the shop" }).waitFor();
    jobUrl = page.url();

    expect(complaints).toEqual([]);
  });

  test("is saved by two people at once without a loss", async () => {
    const [mine, theirs] = await Promise.all([openForm(), openForm()]);
    await field(mine, "Description").fill("By me");
    await field(theirs, "Description").fill("By them");
    await field(theirs, "Name").fill("Groups of two shops");
    await press(theirs, "OK");
    await press(theirs, "Yes");
    await theirs.getByRole("heading", { level: 1, name: "Groups of two shops", exact: true }).waitFor();

    await press(mine, "OK");
    await press(mine, "Yes");
    const race = mine.getByRole("dialog", { name: /^Somebody else saved the job/ });
    expect(
      await race
        .getByRole("radiogroup", { name: "Name" })
        .getByRole("radio", { name: /^Theirs/ })
        .isChecked(),
    ).toBe(true);
    expect(await race.getByRole("radio", { name: "Yours By me" }).isChecked()).toBe(true);
    await race.getByRole("button", { name: "Go on with these" }).click();
    await press(mine, "OK");
    await press(mine, "Yes");

    await mine.getByRole("heading", { level: 1, name: "Groups of two shops", exact: true }).waitFor();
    const { description } = await readJob();
    expect(description).toBe("By me");
  });

  test("shows no action to who only reads", async () => {
    const { page } = await visit(browser, jobUrl, readingPerson);

    expect(await page.getByRole("link", { name: "Edit" }).count()).toBe(0);
    await page.goto(`${jobUrl}/edit`);
    await page.getByText("You may look and not change").waitFor();
    expect(await page.getByRole("button", { name: "OK" }).count()).toBe(0);
  });
});

async function openForm(): Promise<Page> {
  const { page } = await visit(browser, `${jobUrl}/edit`, managingPerson);
  return page;
}

async function readJob(): Promise<{ readonly description: string }> {
  const activityId = new URL(jobUrl).pathname.split("/").at(-1);
  return readJson(await service.manager.send("GET", `/manage/api/jobs/${activityId}`));
}
