import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedDemo } from "../../local/demo/seed.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { eventually, type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

const keyPressesMax = 60;

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchBrowser()]);
  await seedDemo(service.manager);
});

afterAll(async () => {
  await browser.close();
  await service.stop();
});

describe("the page", () => {
  test("lets a person in who signs in, and takes them where they wanted to go", async () => {
    const { page, complaints } = await visit(browser, `${service.baseUrl}/manage?tab=projects`, managingPerson);

    expect(new URL(page.url()).search).toBe("?tab=projects");
    await page.getByRole("table", { name: "Data projects" }).waitFor();
    expect(await page.getByRole("button", { name: managingPerson.userName }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("takes no answer of the issuer that it did not ask for", async () => {
    const { page } = await visit(browser, `${service.baseUrl}/manage?code=stolen&state=known`, readingPerson);

    await page.getByRole("button", { name: `${readingPerson.userName} (reader)` }).waitFor();
    expect(page.url()).toBe(`${service.baseUrl}/manage`);
  });

  test("refuses an answer to another sign-in, and keeps no code in the address", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${service.baseUrl}/manage?tab=projects`);
    await page.getByRole("button", { name: managingPerson.name }).waitFor();
    await page.goto(`${service.baseUrl}/manage?code=stolen&state=another`);

    await page.getByText("You cannot be signed in").waitFor();
    expect(page.url()).toBe(`${service.baseUrl}/manage?tab=projects`);
  });

  test("says who only reads", async () => {
    const { page } = await visit(browser, `${service.baseUrl}/manage`, readingPerson);

    expect(await page.getByRole("button", { name: `${readingPerson.userName} (reader)` }).count()).toBe(1);
  });

  test("lets nobody see anything who does not sign in", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${service.baseUrl}/manage`);
    await page.getByRole("button", { name: "Cancel" }).click();

    await page.getByText("You cannot be signed in").waitFor();
    expect(await page.getByRole("table").count()).toBe(0);
  });

  test("ends the session with the sign-out", async () => {
    const { page } = await visit(browser, `${service.baseUrl}/manage`, managingPerson);
    await page.getByRole("button", { name: managingPerson.userName }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();

    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem("recurring-integrations.tokens"))).toBe(null);
    await page.getByRole("link", { name: "Sign in again" }).click();
    await page.getByRole("button", { name: readingPerson.name }).click();
    await page.getByRole("button", { name: `${readingPerson.userName} (reader)` }).waitFor();
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
  ])("has no barrier on its lists, in %s at %i", async (look, width) => {
    const url = `${service.baseUrl}/manage`;
    const { page, findBarriers } = await visit(browser, url, managingPerson, { width, isDark: look === "dark" });
    await page.getByRole("table").waitFor();

    expect(await findBarriers()).toEqual([]);
  });

  test("says that the service is out of reach, keeps what it showed, and goes on by itself", async () => {
    const { page, context } = await visit(browser, `${service.baseUrl}/manage?tab=jobs`, managingPerson);
    const table = page.getByRole("table", { name: "Recurring data jobs" });
    await table.getByRole("link", { name: "Customer group files" }).waitFor();
    await page.clock.install();
    await context.setOffline(true);

    const notReached = page.getByText("Not reached; as of").first();
    await passTime(page, () => notReached.isVisible());
    expect(await table.getByRole("link", { name: "Customer group files" }).count()).toBe(1);

    await context.setOffline(false);
    await passTime(page, async () => (await notReached.count()) === 0);
    expect(await table.getByRole("link", { name: "Customer group files" }).count()).toBe(1);
  });

  test("asks the service for nothing while nobody sees it", async () => {
    const { page } = await visit(browser, `${service.baseUrl}/manage?tab=jobs`, managingPerson);
    await page.getByRole("table", { name: "Recurring data jobs" }).waitFor();
    await page.clock.install();
    let requests = 0;
    page.on("request", () => (requests += 1));
    const show = (state: string): Promise<unknown> =>
      page.evaluate(
        `Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
         document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))`,
      );

    await show("hidden");
    await page.clock.runFor(120_000);
    expect(requests).toBe(0);

    await show("visible");
    await passTime(page, () => Promise.resolve(requests > 0));
  });

  test("is gone through by keys alone, and takes the focus where it goes", async () => {
    const { page } = await visit(browser, `${service.baseUrl}/manage?tab=jobs`, managingPerson);
    const link = page.getByRole("link", { name: "Customer group files" });
    await link.waitFor();
    await page.keyboard.press("Tab");
    expect(await focusedText(page)).toBe("Go to the content");
    await page.keyboard.press("Enter");
    await tabTo(page, "Customer group files");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { level: 1, name: "Customer group files" }).waitFor();
    expect(await page.evaluate("document.activeElement?.id")).toBe("view");
  });
});

/** Moves the page's clock on until something is so. */
async function passTime(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  await eventually("the page to notice", async () => {
    await page.clock.runFor(5_000);
    return (await isSo()) || undefined;
  });
}

function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");
}

async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; (await focusedText(page)) !== text; presses += 1) {
    if (presses > keyPressesMax) throw new Error(`Nobody comes to "${text}" by the Tab key.`);
    await page.keyboard.press("Tab");
  }
}
