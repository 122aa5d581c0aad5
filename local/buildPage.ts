// Builds the management page: the types of the API from its OpenAPI document, then web/ into dist/web, each file
// compressed beforehand, because the service sends it as it lies there. buildPage.ts [folder of the project]
import { createHash } from "node:crypto";
import { glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Rolldown } from "vite";
import type { PageFile, PageListing } from "../shared/http/pageFiles.ts";
import { writeApiTypes } from "./apiTypes.ts";

const root = path.dirname(import.meta.dirname);
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;

/** The same source gives the same bytes, and is not built twice. */
async function buildPage(sourceRoot: string): Promise<void> {
  await writeApiTypes(sourceRoot);
  const folder = path.join(sourceRoot, "dist/web");
  const source = await digestSource(sourceRoot);
  if (await isBuiltOf(source, folder)) return;
  // The builder takes longer to load than all that comes before.
  const { runVite } = await import("./runVite.ts");
  const files = await Promise.all((await runVite(sourceRoot)).map((output) => writeFileOnce(folder, output)));
  const listing: PageListing & { readonly source: string } = {
    source,
    files: files.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
  // Last, so that whoever reads it finds what it lists.
  await replaceFile(path.join(folder, "page.json"), JSON.stringify(listing, undefined, 1));
  await removeOthers(folder, files);
}

/** Of all that the build is made from. */
async function digestSource(sourceRoot: string): Promise<string> {
  const digest = createHash("sha256");
  const files = ["package-lock.json", "local/buildPage.ts", "local/pageConfig.ts"];
  for await (const file of glob("web/**/*.*", { cwd: sourceRoot })) files.push(file);
  for (const file of files.toSorted()) {
    const contents = await readFile(path.join(sourceRoot, file));
    digest.update(`${file} ${contents.length}\n`).update(contents);
  }
  return digest.digest("hex");
}

async function isBuiltOf(source: string, folder: string): Promise<boolean> {
  const listing = await readFile(path.join(folder, "page.json"), "utf8").catch(() => "{}");
  return JSON.parse(listing).source === source;
}

async function writeFileOnce(folder: string, output: Output): Promise<PageFile> {
  const name = output.fileName;
  const bytes = Buffer.from(output.type === "chunk" ? output.code : output.source);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  const type = types[path.extname(name)];
  if (type === undefined) throw new Error(`The page has a file of an unknown type: ${name}.`);
  const file = { name, type, etag: `"${digest}"`, stored: `${digest}${path.extname(name)}`, sizeBytes: bytes.length };
  const target = path.join(folder, file.stored);
  await mkdir(folder, { recursive: true });
  if (await isThere(`${target}.gz`)) return file;
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await replaceFile(`${target}.br`, await promisify(brotliCompress)(bytes, { params: size }));
  await replaceFile(`${target}.gz`, await promisify(gzip)(bytes, { level: 9 }));
  return file;
}

/** A service that runs on the same build gets the old file or the new one, whole. */
async function replaceFile(file: string, contents: string | Uint8Array): Promise<void> {
  await writeFile(`${file}.${process.pid}`, contents);
  await rename(`${file}.${process.pid}`, file);
}

async function isThere(file: string): Promise<boolean> {
  return (await readFile(file).catch(() => undefined)) !== undefined;
}

async function removeOthers(folder: string, files: readonly PageFile[]): Promise<void> {
  const wanted = new Set(["page.json", ...files.flatMap(({ stored }) => [`${stored}.br`, `${stored}.gz`])]);
  for await (const name of glob("*", { cwd: folder })) {
    if (!wanted.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

await buildPage(path.resolve(process.argv[2] ?? root));
