// Builds the app, because the system tests run the build, then runs every test; arguments go to Vitest. The last line
// is the plain count, taken from Vitest's own report.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { buildApp } from "./build.ts";

const root = path.dirname(import.meta.dirname);
const reportFile = path.join(root, ".local", "test-report.json");

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

await mkdir(path.dirname(reportFile), { recursive: true });
await rm(reportFile, { force: true });
console.log("Building the app …");
await buildApp();
const code = await runVitest(process.argv.slice(2));
const report: TestReport = JSON.parse(await readFile(reportFile, "utf8"));
// A file that could not be loaded has no test that could fail, and still is a failure.
const brokenFiles = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
const failedCount = report.numFailedTests + brokenFiles.length;
if (report.numPendingTests > 0) {
  console.log(`${report.numPendingTests} skipped, for programs that this machine lacks: ${skippedIn(report)}`);
}
console.log(`${report.numPassedTests} passed, ${failedCount} failed`);
process.exitCode = code === 0 && failedCount === 0 ? 0 : 1;

/** Which files left out how many of their tests. */
function skippedIn({ testResults }: TestReport): string {
  const counts = testResults.map(({ name, assertionResults }) => {
    const skipped = assertionResults.filter(({ status }) => status !== "passed" && status !== "failed").length;
    return { name: path.relative(root, name), skipped };
  });
  const some = counts.filter(({ skipped }) => skipped > 0);
  return some.map(({ name, skipped }) => `${name} (${skipped})`).join(", ");
}

function runVitest(args: readonly string[]): Promise<number | null> {
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  const progress = path.join(root, "local", "testProgress.ts");
  const reporters = [`--reporter=${progress}`, "--reporter=default", "--reporter=json"];
  const outputs = [`--outputFile.json=${reportFile}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...outputs, ...args], {
    cwd: root,
    stdio: "inherit",
  });
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.once("SIGINT", forward).once("SIGTERM", forward);
  // The launcher's channel closes when it is killed outright; the tests end with it.
  process.once("disconnect", () => child.kill("SIGTERM"));
  process.channel?.unref();
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}
