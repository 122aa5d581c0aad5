import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { entity, projects } from "../../local/demo/definitions.ts";
import { readJson } from "../../local/demo/http.ts";
import { clientApplication } from "../../local/issuer/applications.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit, type Visitor } from "./visitor.ts";

let service: RunningService;
let browser: Browser;
let manager: Visitor;
/** Of the job that the first test creates, and of the message that it gets. */
let jobUrl: string;
let messageId: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await save(`entities/${encodeURIComponent(entity.name)}`, entity);
  for (const project of projects) await save(`projects/${encodeURIComponent(project.name)}`, project);
  manager = await visit(browser, `${service.baseUrl}/manage`, managingPerson);
  await manager.context.grantPermissions(["clipboard-read", "clipboard-write"]);
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
  test("is created by the original's steps", async () => {
    const { page, complaints, findBarriers } = manager;
    await page.getByRole("link", { name: "Create recurring data job" }).click();
    await field(page, "Name").fill("Groups of the shop");
    await field(page, "Description").fill("What the shop sends each night");
    await page.getByRole("combobox", { name: "Data project" }).fill("Customer groups in");
    await page.getByText("Imports Customer groups (CSV).").waitFor();

    await field(page, "Application id 1").fill("no id");
    await page.getByText("This is no GUID").waitFor();
    await field(page, "Application id 1").fill("");
    await page.getByText("Enter the application (client) id, or remove this line.").waitFor();
    await press(page, "Add the local client for trying");
    expect(await field(page, "Application id 1").inputValue()).toBe(clientApplication.clientId);
    await field(page, "Application id 1").fill(`{${clientApplication.clientId.toUpperCase()}}`);

    await press(page, "Advanced options");
    await page.getByRole("radio", { name: /^File/ }).check();
    await press(page, "OK");
    await page.getByText("Set a processing recurrence before the job is enabled.").waitFor();
    expect(await findBarriers()).toEqual([]);

    await press(page, "Set processing recurrence");
    const dialog = page.getByRole("dialog", { name: "Set processing recurrence" });
    await dialog.getByText(/^Every hour from .*, Europe\/Copenhagen$/).waitFor();
    expect(await dialog.getByRole("list", { name: "Next due times" }).getByRole("listitem").count()).toBe(10);
    expect(await findBarriers()).toEqual([]);
    await dialog.getByRole("button", { name: "OK" }).click();
    await dialog.waitFor({ state: "detached" });
    await press(page, "OK");
    await page.getByText("give the job a company").waitFor();
    await field(page, "Company").fill("USMF");

    await press(page, "OK");
    const confirmation = page.getByRole("dialog", { name: "Create the recurring data job Groups of the shop?" });
    await confirmation.getByText(/^Every hour from/).waitFor();
    await confirmation.getByRole("button", { name: "Yes" }).click();
    await page.getByRole("heading", { level: 1, name: "Groups of the shop" }).waitFor();
    jobUrl = page.url();

    expect(complaints).toEqual([]);
  });

  test("processes the file that a client sends to the address that was copied", async () => {
    const { page } = manager;
    await page.getByRole("tab", { name: "Addresses" }).click();
    await press(page, "Copy the address: Enqueue: send a file of Customer groups");
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const address = String(await page.evaluate("navigator.clipboard.readText()"));
    messageId = await readJson(
      await service.client.send("POST", address.slice(service.baseUrl.length), {
        body: "CUSTOMERGROUPID,DESCRIPTION\r\n10,Wholesale\r\n",
      }),
    );

    await press(page, "Run now");
    await page.getByText("was asked for").waitFor();
    await eventually("the end of the import", async () => {
      const found = await service.manager.send("GET", `/manage/api/messages/${messageId}`);
      return (await readJson<{ readonly state: string }>(found)).state === "Processed" || undefined;
    });
    await page.getByRole("tab", { name: "Manage messages" }).click();
    await press(page, "Show all messages");
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: messageId }) });
    await row.getByText("Processed", { exact: true }).waitFor();

    expect(await row.getByRole("cell", { name: "USMF" }).count()).toBe(1);
  });

  test("gives up many messages at once, says how far it is and of which it is not known, and stops when asked", async () => {
    const { page } = manager;
    const path = `/api/connector/enqueue/${new URL(jobUrl).pathname.split("/").at(-1)}`;
    const bodies = Array.from({ length: 12 }, (_, index) => `none of this ${index}`);
    await Promise.all(bodies.map((body) => service.client.send("POST", path, { body })));
    const discardAll = async (count: number) => {
      await page.goto(jobUrl);
      await page.getByRole("checkbox", { name: "Select all that are loaded" }).click();
      await press(page, `Discard (${count})`);
      const dialog = page.getByRole("alertdialog", { name: `Discard ${count} messages?` });
      await dialog.getByRole("textbox", { name: "Why" }).fill("Sent by mistake");
      await dialog.getByRole("textbox", { name: "It cannot be undone" }).fill("discard");
      await dialog.getByRole("button", { name: "Discard" }).click();
      return dialog;
    };
    // The first call is held until somebody has stopped the rest.
    const isStopped = Promise.withResolvers<void>();
    await page.route("**/messages/actions", async (route) => {
      await isStopped.promise;
      await route.continue();
    });
    const stopped = await discardAll(12);
    await stopped.getByRole("button", { name: "Stop" }).click();
    isStopped.resolve();
    await stopped.getByText("10 of 12 messages discarded; 2 left as they are.").waitFor();
    await page.unroute("**/messages/actions");
    // The second one is done, and its answer is lost.
    await page.route("**/messages/actions", async (route) => {
      await route.fetch();
      await route.abort();
    });
    const dialog = await discardAll(2);
    await dialog.getByText("0 of 2 messages discarded, of 2 it is not known.").waitFor();
    await page.unroute("**/messages/actions");
    await dialog.getByRole("button", { name: "Close" }).click();

    await page.getByText("No message waits").waitFor();
    expect(await page.getByRole("button", { name: /^Discard/ }).count()).toBe(0);
  });

  test("says what a retry of the selected messages comes to, and what came of each, whoever else was at them", async () => {
    const { page, findBarriers } = manager;
    const activityId = new URL(jobUrl).pathname.split("/").at(-1);
    const failing = ["no,such\r\n1,2\r\n", "nor,these\r\n3,4\r\n"].map(async (body) =>
      readJson<string>(await service.client.send("POST", `/api/connector/enqueue/${activityId}`, { body })),
    );
    const ids = await Promise.all(failing);
    await service.manager.send("POST", `/manage/api/jobs/${activityId}/run`, { expected: [200, 202] });
    const attemptsOf = (id: string) =>
      eventually("the end of a run", async () => {
        const found = await service.manager.send("GET", `/manage/api/messages/${id}`);
        const { state, history } = await readJson<{ state: string; history: readonly object[] }>(found);
        return state.endsWith("Error") ? history.length : undefined;
      });
    const before = await Promise.all(ids.map(attemptsOf));
    await page.goto(`${jobUrl}?show=all`);
    await page.getByRole("checkbox", { name: "Select all that are loaded" }).click();
    await press(page, "Retry (2)");
    const dialog = page.getByRole("dialog", { name: "Retry 2 messages?" });
    await dialog.getByRole("status").getByText("2 messages: A new run reads its whole file").waitFor();
    expect(await dialog.getByRole("cell", { name: "A new run reads its whole file" }).count()).toBe(2);
    expect(await findBarriers()).toEqual([]);
    await service.manager.send("POST", `/manage/api/messages/${ids[0]}/retry`, { expected: [202] });
    await dialog.getByRole("button", { name: "Retry" }).click();
    await dialog.getByText("1 of 2 messages retried, 1 refused.").waitFor();
    const row = dialog.getByRole("row").filter({ has: page.getByRole("link", { name: ids[0]! }) });
    await row.getByText("has changed since it was looked at").waitFor();
    await dialog.getByRole("cell", { name: "Done.", exact: true }).waitFor();
    expect(await findBarriers()).toEqual([]);
    await dialog.getByRole("button", { name: "Close" }).click();

    await vi.waitFor(async () => {
      const after = await Promise.all(ids.map(attemptsOf));
      expect(after.filter((count, index) => count > before[index]!)).toHaveLength(2);
    }, 30_000);
  });

  test("has no barrier on any of its tabs", async () => {
    const { page, findBarriers } = manager;
    for (const name of ["Addresses", "Schedule", "Load", "Authorization", "Settings", "History of changes"]) {
      await page.getByRole("tab", { name }).click();
      await page.locator(".starting").waitFor({ state: "detached" });

      expect(await findBarriers()).toEqual([]);
    }
  });

  test("exports by a filter of its own, which says how many records it selects before anybody saves it", async () => {
    const { page, findBarriers } = manager;
    const activityId = "00000000-0000-4000-8000-0000000000ef";
    const job = { name: "Groups for one shop", project: "Customer groups out", direction: "export", company: "USMF" };
    await save(`jobs/${activityId}`, { ...job, isEnabled: false });
    await page.goto(`${service.baseUrl}/manage/jobs/${activityId}/edit`);
    await page.getByText("As the data project says: all records").waitFor();
    await press(page, "A filter of its own for Customer groups");
    await press(page, "Add criteria for Customer groups");
    await press(page, "OK");
    await page.getByText("At least 1 character.").waitFor();
    await field(page, "Criteria 1").fill("1*");
    await page.getByText("1 of 1 record selected").waitFor();
    expect(await findBarriers()).toEqual([]);

    await press(page, "OK");
    await press(page, "Yes");
    await page.getByRole("heading", { level: 1, name: job.name }).waitFor();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByText("Customer groups: CUSTOMERGROUPID 1* by its own filter").waitFor();
    await page.getByRole("link", { name: "Change the settings" }).click();
    await press(page, "As the data project says for Customer groups");
    await page.getByText("As the data project says: all records").waitFor();
    await press(page, "OK");
    await press(page, "Yes");
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByText("Records that are exported").waitFor();
    expect(await page.getByText("by its own filter").count()).toBe(0);
  });

  test("says which webhook keeps it from being deleted before anybody types its name", async () => {
    const { page, findBarriers } = manager;
    const activityId = "00000000-0000-4000-8000-0000000000ed";
    const job = { name: "Heard by one", project: "Customer groups out", direction: "export", company: "USMF" };
    await save(`jobs/${activityId}`, { ...job, isEnabled: false });
    const webhook = { name: "Its ear", url: "https://hooks.invalid/its", events: ["export.ready"], activityId };
    await save(`webhooks/${encodeURIComponent(webhook.name)}`, webhook);
    await page.goto(`${service.baseUrl}/manage/jobs/${activityId}`);
    await press(page, "Delete");
    const dialog = page.getByRole("alertdialog");
    await dialog.getByRole("link", { name: webhook.name }).waitFor();

    expect(await dialog.getByRole("textbox").count()).toBe(0);
    expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    expect(await findBarriers()).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  test("is saved by two people at once without a loss", async () => {
    const { page: mine } = manager;
    await mine.goto(`${jobUrl}/edit`);
    await field(mine, "Description").fill("By me");
    const { page: theirs } = await visit(browser, `${jobUrl}/edit`, managingPerson);
    await field(theirs, "Description").fill("By them");
    await field(theirs, "Name").fill("Groups of two shops");
    await press(theirs, "OK");
    await press(theirs, "Yes");
    await theirs.getByRole("heading", { level: 1, name: "Groups of two shops", exact: true }).waitFor();

    await press(mine, "OK");
    await press(mine, "Yes");
    const race = mine.getByRole("dialog", { name: /^Somebody else saved the job/ });
    const name = race.getByRole("radiogroup", { name: "Name" });
    expect(await name.getByRole("radio", { name: /^Theirs/ }).isChecked()).toBe(true);
    expect(await race.getByRole("radio", { name: "Yours By me" }).isChecked()).toBe(true);
    await race.getByRole("button", { name: "Go on with these" }).click();
    await press(mine, "OK");
    await press(mine, "Yes");

    await mine.getByRole("heading", { level: 1, name: "Groups of two shops", exact: true }).waitFor();
    await mine.getByText("By me").waitFor();
  });

  test("shows no action to who only reads", async () => {
    const { page } = await visit(browser, jobUrl, readingPerson);
    await page.getByText("No message waits").waitFor();

    const buttons = page.getByRole("main").getByRole("button");
    expect(await buttons.evaluateAll((all) => all.map((each) => each.ariaLabel ?? each.textContent))).toEqual([
      "Copy the activity id",
      "clear",
      "Show all messages",
    ]);
    expect(await page.getByRole("switch").count()).toBe(0);
    expect(await page.getByRole("link", { name: "Edit" }).count()).toBe(0);
    await page.goto(`${jobUrl}/edit`);
    await page.getByText("You may look and not change").waitFor();
    expect(await page.getByRole("button", { name: "OK" }).count()).toBe(0);
  });
});
