import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedDemo } from "../../local/demo/seed.ts";
import { managingPerson, readingPerson } from "../../local/issuer/people.ts";
import { type RunningService, startService } from "../support/runningService.ts";
import { launchBrowser } from "./browser.ts";
import { visit } from "./visitor.ts";

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
});
