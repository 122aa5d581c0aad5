import chromium from "@sparticuz/chromium";
import { type Browser, chromium as launcher } from "playwright-core";

/** What the packed browser needs where it may have neither a sandbox nor a display. */
const args = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"];
const installed = ["chrome", "chromium", "msedge"] as const;

/**
 * A real Chromium: on Linux the one that comes with the dev dependencies and needs nothing of the machine, elsewhere the
 * Chrome, Chromium or Edge that is installed. Throws one plain line where none can run.
 */
export async function launchBrowser(): Promise<Browser> {
  const problems: string[] = [];
  if (process.platform === "linux" && process.arch === "x64") {
    try {
      return await launcher.launch({ executablePath: await chromium.executablePath(), args, headless: true });
    } catch (error) {
      problems.push(firstLineOf(error));
    }
  }
  for (const channel of installed) {
    try {
      return await launcher.launch({ channel, headless: true });
    } catch (error) {
      problems.push(firstLineOf(error));
    }
  }
  throw new Error(`The tests of the page need Chrome, Chromium or Edge, and none runs here: ${problems.join("; ")}`);
}

function firstLineOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
}
