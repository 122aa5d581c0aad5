import { findEntryName, type PackageLine, type PackageManifest } from "../../domain/dataPackage.ts";
import { DomainError } from "../../domain/errors.ts";
import { readStart } from "../../formats/byteChunks.ts";
import { recogniseContent } from "../../formats/contentKind.ts";
import { readManifest } from "../../formats/manifest.ts";
import { FormatError } from "../../formats/recordFormat.ts";
import { withKnownExtensions } from "../../formats/stylesheetRules.ts";
import type { ZipArchive } from "../../formats/zipReader.ts";
import type { Ports } from "../../ports.ts";
import type { StylesheetText } from "../../ports/transformer.ts";
import { packageStylesheets } from "../import/stylesheetsOf.ts";
import { measureBody } from "../sources/measuredBody.ts";
import { openPackageOf } from "../sources/openPackage.ts";
import { isRefusal } from "../sources/refusal.ts";

/** The stylesheets that a package has for one of its files, or why they cannot be had. */
export type PackedStylesheets = { readonly texts: readonly StylesheetText[] } | { readonly problem: string };

/** A manifest, and what its package holds beside the data: all that a project is made of, read and bounded. */
export interface ManifestSource {
  readonly manifest: PackageManifest;
  /** Whether the package holds that file; undefined for a manifest that came without its package. */
  readonly hasFile?: (name: string) => boolean;
  readonly stylesheets: ReadonlyMap<PackageLine, PackedStylesheets>;
}

const startBytes = 256;
/** A text may name a file that is called anything. */
const problemCharactersMax = 2_000;
const stylesheetCharactersMax = 16 * 1024 * 1024;

/** Reads a data package, or a manifest without one, from the body of a request; nothing of it is kept. */
export async function readManifestSource(ports: Ports, body: AsyncIterable<Uint8Array>): Promise<ManifestSource> {
  const limits = { sizeBytesMax: ports.settings.bodyBytesMax, declaredBytes: undefined, checkStart: () => undefined };
  const { start, whole } = await readStart(measureBody(body, limits).bytes, startBytes);
  const kind = recogniseContent(start);
  try {
    if (kind === "zip" || kind === "package" || kind === "workbook") return await readPackage(ports, whole);
    return { manifest: await readManifest(whole, ports.startPace()), stylesheets: new Map() };
  } catch (error) {
    throw error instanceof FormatError ? new DomainError("invalid", error.message) : error;
  }
}

/** It lies where the upkeep removes whatever no message speaks of, should this not come to its end. */
async function readPackage(ports: Ports, bytes: AsyncIterable<Uint8Array>): Promise<ManifestSource> {
  const id = ports.ids.next();
  try {
    const stored = await ports.files.store("inbound", id, bytes);
    if (!stored) throw new DomainError("conflict", "Another file came under the same id. Repeat the request.");
    const { archive, manifest } = await openPackageOf(ports, id, stored.sizeBytes, ports.startPace());
    return await sourceOfPackage(ports, archive, manifest);
  } finally {
    await ports.files.remove("inbound", id);
  }
}

/** What an opened package says of a project; its stylesheets are read, judged and compiled. */
export async function sourceOfPackage(
  ports: Ports,
  archive: ZipArchive,
  manifest: PackageManifest,
): Promise<ManifestSource> {
  const stylesheets = new Map<PackageLine, PackedStylesheets>();
  const compiled = new Map<string, Promise<void>>();
  let characters = 0;
  for (const line of manifest.lines.filter(({ transforms }) => transforms.length > 0)) {
    const found = await refusalAsProblem(async () => {
      const texts = await packageStylesheets(archive, line);
      characters += texts.reduce((sum, { content }) => sum + content.length, 0);
      if (characters > stylesheetCharactersMax) throw new DomainError("invalid", tooMany);
      for (const text of texts) await compileOnce(ports, compiled, text);
      return { texts };
    });
    stylesheets.set(line, found);
  }
  const names = archive.entries.map((entry) => entry.name);
  return { manifest, hasFile: (name) => findEntryName(names, name) !== undefined, stylesheets };
}

const tooMany = `The stylesheets of the package hold more than ${stylesheetCharactersMax} characters. Save them by themselves, and take them out of the package.`;

function compileOnce(ports: Ports, compiled: Map<string, Promise<void>>, { name, content }: StylesheetText) {
  const known = compiled.get(content) ?? ports.transformer.check({ name, content: withKnownExtensions(content) });
  compiled.set(content, known);
  return known;
}

async function refusalAsProblem(work: () => Promise<PackedStylesheets>): Promise<PackedStylesheets> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error)) return { problem: error.message.slice(0, problemCharactersMax) };
    throw error;
  }
}
