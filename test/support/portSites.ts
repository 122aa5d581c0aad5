import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Ports } from "../../shared/ports.ts";

const root = path.join(import.meta.dirname, "../..");
/** Ports that no fault of storage can reach. */
const soundPorts = ["clock", "ids", "log", "settings"];
const framesMax = 12;

/** Where a use case asks a port, as it was called: `usecases/import/importLine.ts:60 entities.upsert`. */
export type PortSite = string;

/**
 * Every site in the rooms of the use cases, as the code stands, with a name that outlives a line added above it:
 * `import/importLine.ts entities.upsert`, and `... entities.upsert 2` for the second such call of its file.
 */
export function sitesIn(rooms: readonly string[]): ReadonlyMap<PortSite, string> {
  const files = rooms.flatMap((room) => globSync(`shared/usecases/${room}/*.ts`, { cwd: root }));
  return new Map(files.toSorted().flatMap((file) => sitesOf(file)));
}

function sitesOf(file: string): readonly (readonly [PortSite, string])[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const seen = new Map<string, number>();
  return [...text.matchAll(/\bports\s*\.\s*(\w+)\s*\.\s*(\w+)\(/g)].flatMap((match) => {
    const [whole, port = "", method = ""] = match;
    if (soundPorts.includes(port)) return [];
    const line = text.slice(0, match.index + whole.lastIndexOf(method)).split("\n").length;
    const call = `${file.replace("shared/usecases/", "")} ${port}.${method}`;
    const nth = (seen.get(call) ?? 0) + 1;
    seen.set(call, nth);
    return [[siteOf(file, line, port, method), nth === 1 ? call : `${call} ${nth}`]];
  });
}

/** The ports, noting in `reached` from which site each is asked. */
export function noteSites(ports: Ports, reached: Set<PortSite>): Ports {
  const noted = Object.entries(ports).map(([port, answers]: [string, object]) => [
    port,
    soundPorts.includes(port) || typeof answers === "function" ? answers : notePort(port, answers, reached),
  ]);
  return Object.fromEntries(noted) as Ports;
}

function notePort(port: string, answers: object, reached: Set<PortSite>): object {
  const methods = Object.entries(answers as Record<string, (...given: unknown[]) => unknown>);
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      (...given: unknown[]) => {
        const caller = findCaller();
        if (caller) reached.add(siteOf(caller.file, caller.line, port, name));
        return method(...given);
      },
    ]),
  );
}

function siteOf(file: string, line: number, port: string, method: string): PortSite {
  return `${file.slice(file.indexOf("usecases/"))}:${line} ${port}.${method}`;
}

/** The use case that called; the frames above it belong to this file and to the test. */
function findCaller(): { readonly file: string; readonly line: number } | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = framesMax;
  const stack = new Error("Who asks?").stack ?? "";
  Error.stackTraceLimit = stackTraceLimit;
  const frame = /\/(shared\/usecases\/[^:)]+\.ts):(\d+)/.exec(stack);
  return frame ? { file: frame[1] ?? "", line: Number(frame[2]) } : undefined;
}
