import type { StylesheetText } from "../ports/transformer.ts";
import type { Processor } from "./processor.ts";
import type { WorkerTask } from "./workerTypes.ts";

/** A stylesheet or a document that the processor does not take, in its words. */
export class StylesheetRefused extends Error {
  override readonly name = "StylesheetRefused";
}

/** XML_PARSE_NONET, XML_PARSE_HUGE (its limits give way to ours) and XML_PARSE_BIG_LINES. */
const parserOptions = (1 << 11) | (1 << 19) | (1 << 22);
const none = 0;

/** Compiles the stylesheets, and applies them to the document one after another where there is one. */
export async function applyStylesheets(
  processor: Processor,
  { stylesheets, document, outputBytesMax }: WorkerTask,
  told: { readonly begin: (stylesheet: number) => void; readonly end: (output: Uint8Array) => void },
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const outputs: Uint8Array<ArrayBuffer>[] = [];
  let input = document;
  for (const [index, stylesheet] of stylesheets.entries()) {
    told.begin(index);
    const compiled = await compile(processor, stylesheet);
    if (!input) continue;
    const isFile = index === 0;
    const name = isFile ? "the file" : `the output of "${stylesheets[index - 1]?.name}"`;
    const read = await parse(processor, input, name, isFile);
    // A large document has gone into the processor's memory, and is not held here as well.
    input = undefined;
    input = await apply(processor, compiled, read);
    if (input.length > outputBytesMax) {
      const megabytes = Math.floor(outputBytesMax / 1024 / 1024);
      throw new StylesheetRefused(`its output is larger than the ${megabytes} MB allowed`);
    }
    outputs.push(input);
    told.end(input);
  }
  return outputs;
}

async function compile(processor: Processor, { name, content }: StylesheetText): Promise<number> {
  const { module, said } = processor;
  const document = await parse(processor, Buffer.from(content), name, true);
  const stylesheet = await module._xsltParseStylesheetDoc(document);
  const words = said();
  if (stylesheet === none || /error/i.test(words)) throw new StylesheetRefused(inShort(words, "it does not compile"));
  return stylesheet;
}

/** What is given is UTF-8, whatever its declaration says; an output is in the encoding that its stylesheet chose. */
async function parse({ module, said }: Processor, bytes: Uint8Array, name: string, isUtf8: boolean): Promise<number> {
  const at = place(module, bytes);
  const nameAt = place(module, Buffer.from(`${name}\0`));
  const encodingAt = isUtf8 ? place(module, Buffer.from("UTF-8\0")) : none;
  const document = await module._xmlReadMemory(at, bytes.length, nameAt, encodingAt, parserOptions);
  for (const used of [at, nameAt, encodingAt]) module._free(used);
  const words = said();
  if (document !== none) return document;
  throw new StylesheetRefused(inShort(words, `${name} cannot be read`));
}

async function apply({ module, said }: Processor, stylesheet: number, document: number) {
  const result = await module._xsltApplyStylesheet(stylesheet, document, none);
  module._xmlFreeDoc(document);
  const words = said();
  if (result === none) throw new StylesheetRefused(inShort(words, "it gives no result"));
  // What xsl:message says without ending is no error; what the processor could not do is one, whatever came out.
  if (/(?:runtime error|XPath error|I\/O warning|Xpath)/i.test(words)) throw new StylesheetRefused(inShort(words, ""));
  const output = module._xmlAllocOutputBuffer(none);
  const written = module._xsltSaveResultTo(output, result, stylesheet);
  module._xmlFreeDoc(result);
  module._xsltFreeStylesheet(stylesheet);
  if (written < 0) throw new StylesheetRefused(inShort(said(), "its output cannot be written"));
  const [start, size] = [module._xmlOutputBufferGetContent(output), module._xmlOutputBufferGetSize(output)];
  const bytes = new Uint8Array(module.HEAPU8.subarray(start, start + size));
  module._xmlOutputBufferClose(output);
  return bytes;
}

function place(module: Processor["module"], bytes: Uint8Array): number {
  const at = module._malloc(bytes.length);
  if (at === none) throw new StylesheetRefused("there is not enough memory for it");
  module.HEAPU8.set(bytes, at);
  return at;
}

/** The first of the processor's words, on one line. */
function inShort(words: string, otherwise: string): string {
  const lines = words.split("\n").flatMap((line) => line.trim() || []);
  return lines.length === 0 ? otherwise : lines.slice(0, 4).join("; ");
}
