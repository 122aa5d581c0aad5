import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { DeployedPackage } from "./deployedPackages.ts";

const rule = "-".repeat(80);

/** The licences of packages in one text; throws when a package names none and brings none. */
export async function writeLicences(packages: readonly DeployedPackage[], root: string): Promise<string> {
  const parts: string[] = [];
  for (const { name, version, license, folder } of packages) {
    const text = await findLicence(path.join(root, folder));
    if (license === undefined && text === undefined) throw new Error(`${name}@${version} has no licence.`);
    parts.push(
      `${name}@${version}: ${license ?? "as below"}`,
      "",
      text?.trim() ?? "It brings no text of its licence.",
      "",
      rule,
      "",
    );
  }
  return parts.join("\n");
}

async function findLicence(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8").catch(() => "")));
  return texts.some((text) => text !== "") ? texts.filter(Boolean).join("\n\n") : undefined;
}
