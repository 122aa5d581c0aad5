import { createHash } from "node:crypto";
import { glob, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

/** What a build is made of. */
const sources = "{functions,shared,client,web,examples}/**/*.{ts,tsx,css,html,json}";
const others = [
  "package-lock.json",
  "local/build.ts",
  "local/requireBanner.ts",
  "local/buildPage.ts",
  "local/pageConfig.ts",
];

const stampFile = (root: string): string => path.join(root, ".local", "build.stamp");

/** The state of the sources: another one after any change of a file, its name or its time. */
export async function sourcesState(root: string): Promise<string> {
  const files = [...others];
  for await (const file of glob(sources, { cwd: root })) files.push(file);
  const states = await Promise.all(
    files.toSorted().map(async (file) => {
      const { size, mtimeMs } = await stat(path.join(root, file));
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
  return createHash("sha256").update(states.join("\n")).digest("hex");
}

/** Notes of which sources the build is. */
export async function stampBuild(root: string, state: string): Promise<void> {
  await mkdir(path.dirname(stampFile(root)), { recursive: true });
  await writeFile(stampFile(root), state);
}

/** Whether the build that is there is one of the sources as they are. */
export async function isBuildCurrent(root: string): Promise<boolean> {
  const isThere = await stat(path.join(root, "dist/functions")).then(
    () => true,
    () => false,
  );
  if (!isThere) return false;
  const stamp = await readFile(stampFile(root), "utf8").catch(() => "");
  return stamp === (await sourcesState(root));
}
