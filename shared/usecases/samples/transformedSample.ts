import { DomainError } from "../../domain/errors.ts";
import { readStart } from "../../formats/byteChunks.ts";
import type { Ports } from "../../ports.ts";
import type { StylesheetOutput, StylesheetText } from "../../ports/transformer.ts";
import { requireXml, transform } from "../import/transformedFile.ts";
import { beginsAsRejects } from "../sources/openRecords.ts";
import { isRefusal } from "../sources/refusal.ts";
import type { SampleSource } from "./checkSample.ts";
import type { FoundSample } from "./sampleSources.ts";

const startBytes = 64;

/**
 * The sample as the stylesheets of its line make it, which is what an import reads: in memory, and nothing is stored. One
 * that fails is an answer, never an exception; what came of those before it was told until then.
 */
export async function transformedSample(
  ports: Ports,
  source: SampleSource,
  tell?: (output: StylesheetOutput & { readonly name: string }) => void,
): Promise<FoundSample> {
  const { line, entity, format, fileName } = source;
  if (!source.stylesheets && !line.stylesheets?.length) return source;
  let [names, applied] = [line.stylesheets ?? [], 0];
  try {
    requireXml(format, fileName);
    const stylesheets = await (source.stylesheets?.() ?? Promise.all(names.map((name) => load(ports, name))));
    names = stylesheets.map(({ name }) => name);
    const count = (output: StylesheetOutput): void => {
      tell?.({ name: names[applied] ?? "", ...output });
      applied += 1;
    };
    const { start, whole } = await readStart(source.bytes(), startBytes);
    if (beginsAsRejects(start)) return { ...source, bytes: () => whole };
    const made = await transform(ports, { fileName, bytes: () => whole, stylesheets }, count);
    return { ...source, bytes: () => once(made ?? start) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { code, message } = error;
    const failed = names[applied];
    const stylesheet = failed === undefined ? {} : { stylesheet: failed };
    return { entity: entity.name, format: format.name, fileName, error: { field: "", code, message }, ...stylesheet };
  }
}

async function load(ports: Ports, name: string): Promise<StylesheetText> {
  const found = await ports.definitions.find("stylesheet", name);
  if (found) return found.value;
  throw new DomainError("notFound", `There is no stylesheet "${name}".`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
