import { readFile } from "node:fs/promises";
import createModule from "libxslt-wasm/output/libxslt";

/**
 * libxslt, compiled to WebAssembly, without the way out that its JavaScript gives it: no file is opened and nothing is
 * fetched, whatever a stylesheet asks for. For a worker alone, since it changes the worker's own `WebAssembly`.
 */
export interface Processor {
  readonly module: Module;
  /** What it said since it was asked last. */
  readonly said: () => string;
  /** Whether it has about all of the memory that it may have: what it says is wrong is then a matter of that. */
  readonly isFull: () => boolean;
}

export type Module = Awaited<ReturnType<typeof createModule>>;

const pageBytes = 64 * 1024;
const saidCharactersMax = 4000;
const fullShare = 0.9;
/** "No such file or directory", as the module knows it. */
const notThere = -44;
const fileCalls = ["__syscall_openat", "__syscall_stat64", "__syscall_mkdirat"];

export async function openProcessor(memoryBytesMax: number): Promise<Processor> {
  const log = captureLog();
  confine(memoryBytesMax, log.write);
  const module = await createModule({ wasmBinary: await readBinary() });
  module._exsltCommonRegister();
  module._exsltMathRegister();
  module._exsltSetsRegister();
  module._exsltStrRegister();
  module._exsltDateRegister();
  return { module, said: log.said, isFull: () => module.HEAPU8.length > memoryBytesMax * fullShare };
}

/** Beside the worker where the app is built, in its package otherwise. */
async function readBinary(): Promise<Uint8Array> {
  const isBuilt = import.meta.url.endsWith(".js");
  const url = isBuilt
    ? new URL("./libxslt.wasm", import.meta.url)
    : new URL(import.meta.resolve("libxslt-wasm/output/libxslt.wasm"));
  return readFile(url);
}

/** What is used of the language's WebAssembly, which Node's types leave out. */
interface Wasm {
  Memory: new (limits: MemoryLimits) => WasmMemory;
  instantiate: (bytes: Uint8Array, imports: WasmImports) => Promise<unknown>;
  Suspending: unknown;
  promising: unknown;
}
interface MemoryLimits {
  readonly initial: number;
  readonly maximum?: number;
}
interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
type WasmImports = Readonly<Record<string, Record<string, unknown>>>;
type Call = (...given: readonly number[]) => unknown;

/**
 * The module pauses only where it fetches, for which it wants a feature of V8 that is not on: nothing is fetched, so that
 * its calls need no pause. Its memory is imported, and so bounded by whoever makes it.
 */
function confine(memoryBytesMax: number, write: (bytes: Uint8Array) => void): void {
  const wasm: Wasm = Reflect.get(globalThis, "WebAssembly");
  const { Memory, instantiate } = wasm;
  const pagesMax = Math.ceil(memoryBytesMax / pageBytes);
  wasm.Memory = class extends Memory {
    constructor(limits: MemoryLimits) {
      super({ ...limits, maximum: Math.min(limits.maximum ?? pagesMax, pagesMax) });
    }
  };
  wasm.instantiate = (bytes, imports) => {
    cutOff(imports, write);
    return instantiate(bytes, imports);
  };
  wasm.Suspending = function (call: Call) {
    return call;
  };
  wasm.promising =
    (call: Call): Call =>
    async (...given) =>
      call(...given);
}

/** Takes the module's ways to files and to the network, and its standard error, which tells what is wrong. */
function cutOff(
  { env = {}, wasi_snapshot_preview1: wasi = {} }: WasmImports,
  write: (bytes: Uint8Array) => void,
): void {
  const found: { readonly memory?: WasmMemory } = { ...env };
  const memory = found.memory!;
  for (const name of fileCalls) env[name] = () => notThere;
  env["__asyncjs__fetchBytes"] = (_url: number, bytes: number, count: number, isFailed: number): void => {
    const view = new DataView(memory.buffer);
    view.setInt32(bytes, 0, true);
    view.setInt32(count, 0, true);
    view.setInt32(isFailed, 1, true);
  };
  wasi["fd_write"] = (_file: number, parts: number, count: number, written: number): number => {
    const view = new DataView(memory.buffer);
    let sizeBytes = 0;
    for (let part = parts; part < parts + count * 8; part += 8) {
      const [start, length] = [view.getUint32(part, true), view.getUint32(part + 4, true)];
      write(new Uint8Array(memory.buffer, start, length).slice());
      sizeBytes += length;
    }
    view.setUint32(written, sizeBytes, true);
    return 0;
  };
}

function captureLog() {
  let text = "";
  const decoder = new TextDecoder();
  return {
    write: (bytes: Uint8Array): void => {
      if (text.length < saidCharactersMax) text += decoder.decode(bytes, { stream: true });
    },
    said: (): string => {
      const said = text.slice(0, saidCharactersMax);
      text = "";
      return said;
    },
  };
}
