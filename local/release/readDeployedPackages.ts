import { readFile } from "node:fs/promises";
import path from "node:path";
import { type DeployedPackage, listDeployedPackages } from "./deployedPackages.ts";
import { findPagePackages } from "./pagePackages.ts";

/** The packages whose code a release of the project in this folder holds: of the app, the command line and the page. */
export async function readDeployedPackages(root: string): Promise<readonly DeployedPackage[]> {
  const { dependencies } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  const names = [...Object.keys(dependencies), ...(await findPagePackages(root))];
  return listDeployedPackages(JSON.parse(await readFile(path.join(root, "package-lock.json"), "utf8")), names);
}
