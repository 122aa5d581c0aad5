// Makes everything of a release in dist/release, without the network: the package for Azure, the npm package of the command
// line, the compiled template, a bill of materials (CycloneDX), the licences of what is in them, and their checksums.
//   node local/run.mjs local/release.ts --tag v0.1.0
// .github/workflows/release.yml runs it for a tag, and uploads what it made.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { type BillOfMaterials, onlyDeployed } from "./release/billOfMaterials.ts";
import { writeLicences } from "./release/licences.ts";
import { readDeployedPackages } from "./release/readDeployedPackages.ts";

const root = path.dirname(import.meta.dirname);
const target = path.join(root, "dist", "release");
const outputBytesMax = 256 * 1024 * 1024;

const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
const { tag } = parseArgs({ options: { tag: { type: "string", default: `v${version}` } } }).values;
if (tag !== `v${version}`) throw new Error(`The tag ${tag} is not for version ${version} of package.json.`);

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
run(process.execPath, "local/run.mjs", "local/package.ts");
run(process.execPath, "local/run.mjs", "local/packageCommandLine.ts");
runNpm("pack", "./dist/npm", "--pack-destination", target);
await cp(path.join(root, "dist", "package.zip"), path.join(target, `recurring-integrations-${version}.zip`));
await cp(path.join(root, "infra", "main.json"), path.join(target, "main.json"));

const packages = await readDeployedPackages(root);
const bill: BillOfMaterials = JSON.parse(runNpm("sbom", "--sbom-format", "cyclonedx", "--package-lock-only"));
await writeFile(path.join(target, "sbom.cdx.json"), `${JSON.stringify(onlyDeployed(bill, packages), null, 2)}\n`);
await writeFile(path.join(target, "licences.txt"), await writeLicences(packages, root));
await writeFile(path.join(target, "SHA256SUMS"), await checksums());
console.log(`dist/release has version ${version}: ${packages.length} packages of others are in it.`);

function run(command: string, ...given: readonly string[]): string {
  const options = { cwd: root, encoding: "utf8", maxBuffer: outputBytesMax } as const;
  const { error, status, stdout, stderr } = spawnSync(command, given, options);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${given.join(" ")} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

/** npm is a script, which only a shell starts on Windows. */
function runNpm(...given: readonly string[]): string {
  return process.platform === "win32" ? run("cmd", "/c", "npm", ...given) : run("npm", ...given);
}

/** In the form of sha256sum: sha256sum --check SHA256SUMS. */
async function checksums(): Promise<string> {
  const files = (await readdir(target)).toSorted();
  const lines = files.map(async (file) => {
    const hash = createHash("sha256").update(await readFile(path.join(target, file)));
    return `${hash.digest("hex")}  ${file}\n`;
  });
  return (await Promise.all(lines)).join("");
}
