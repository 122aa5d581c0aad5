import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Person } from "../../local/issuer/people.ts";

/** A person in front of the page. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about, such as a policy that something broke; empty as a rule. */
  readonly complaints: readonly string[];
  /** What axe finds on the view as it stands, one line each. */
  readonly findBarriers: () => Promise<readonly string[]>;
}

interface Look {
  readonly width?: number;
  readonly isDark?: boolean;
}

const axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Opens the address in a window of its own and signs in as the person on the issuer's form. */
export async function visit(
  browser: Browser,
  url: string,
  person: Person,
  { width = 1280, isDark = false }: Look = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: isDark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Copenhagen",
    ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  // Whatever a view waits for is there within moments, or never.
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  await page.goto(url);
  await page.getByRole("button", { name: person.name }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, context, complaints, findBarriers: () => findBarriers(page) };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Without the elements by which Fluent UI hands the focus on at its edges: nobody ever stands on them. */
const what = JSON.stringify({ include: [["html"]], exclude: [["[data-tabster-dummy]"]] });

async function findBarriers(page: Page): Promise<readonly string[]> {
  // By the protocol of its tools and not by the page, whose policy lets nothing else run in it.
  const isThere = await page.evaluate("'axe' in window");
  if (isThere !== true) await page.evaluate(axe);
  const { violations }: AxeResult = await page.evaluate(`axe.run(${what}, { resultTypes: ["violations"] })`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}
