import { glob, readFile } from "node:fs/promises";
import path from "node:path";

/** Names of the packages that the page is bundled from: what its files import that is no file of the project. */
export async function findPagePackages(root: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const file of glob("{web,client}/**/*.{ts,tsx}", { cwd: root })) {
    const text = await readFile(path.join(root, file), "utf8");
    for (const [, asked] of text.matchAll(/^(?:import|export)\s(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm)) {
      if (!asked!.startsWith(".") && !asked!.startsWith("node:")) names.add(nameOf(asked!));
    }
  }
  return [...names].toSorted();
}

function nameOf(asked: string): string {
  return asked
    .split("/")
    .slice(0, asked.startsWith("@") ? 2 : 1)
    .join("/");
}
