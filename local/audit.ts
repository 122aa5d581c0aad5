// Fails when a package of others that is deployed has a known hole that is high or critical, unless .ci/auditExceptions.json
// lets it through: a list of { "advisory": "GHSA-…", "reason": "…", "until": "2026-12-31" }.
//   node local/run.mjs local/audit.ts
// Exit code 3: the registry could not be asked. .github/workflows/ci.yml runs it.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { judgeAudit, readAuditReport } from "./release/auditVerdict.ts";
import { readDeployedPackages } from "./release/readDeployedPackages.ts";

const root = path.dirname(import.meta.dirname);
const outputBytesMax = 64 * 1024 * 1024;

const { error, stdout, stderr } = spawnSync("npm", ["audit", "--json"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: outputBytesMax,
  shell: process.platform === "win32",
});
const report = readAuditReport(stdout ?? "");
if (report === undefined) {
  console.error(`npm could not ask the registry: ${error?.message ?? (stderr.trim().split("\n")[0] || "no report")}`);
  process.exitCode = 3;
} else {
  const folders = new Set((await readDeployedPackages(root)).map(({ folder }) => folder));
  const exceptions = JSON.parse(await readFile(path.join(root, ".ci", "auditExceptions.json"), "utf8"));
  const { problems, notes } = judgeAudit(report, folders, exceptions, new Date().toISOString().slice(0, 10));
  for (const note of notes) console.log(note);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
