import type { IncomingMessage } from "node:http";
import { flattenHeaders } from "./bufferedExchange.ts";
import type { TypedData } from "./coreTypes.ts";
import type { RouteParameters } from "./routeMatching.ts";

/**
 * What the host tells a streaming app beside the raw request: in one table, and so that each takes the place of what
 * was there under its name, the members of a JSON body, the query, and the parameters of the route. The names differ in
 * case alone for nobody, and whoever came first spells them. A collection of headers comes only where nothing is called
 * `Headers` yet. An app must trust none of it but the declared parameters of its route.
 */
export function toTriggerMetadata(
  request: IncomingMessage,
  { url, parameters, body }: { readonly url: URL; readonly parameters: RouteParameters; readonly body: Uint8Array },
): Readonly<Record<string, TypedData>> {
  const metadata = new Map<string, TypedData>();
  const nameOf = (name: string): string =>
    [...metadata.keys()].find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
  const add = (name: string, value: TypedData): void => void metadata.set(nameOf(name), value);
  for (const [name, value] of membersOf(body)) add(name, toTypedData(value));
  for (const [name, value] of url.searchParams) if (name.toLowerCase() !== "code") add(name, { string: value });
  for (const [name, value] of Object.entries(parameters)) add(name, { string: value });
  const query = JSON.stringify(Object.fromEntries(url.searchParams));
  if (!metadata.has(nameOf("Query"))) metadata.set("Query", { json: query });
  if (!metadata.has(nameOf("Headers"))) metadata.set("Headers", { json: JSON.stringify(flattenHeaders(request)) });
  return Object.fromEntries(metadata);
}

function membersOf(body: Uint8Array): readonly [string, unknown][] {
  // Nearly every file, of whatever size, begins with a sign that is no blank, and is left alone.
  const [first = 0] = body;
  if (first > 0x20 && first < 0x80 && first !== 0x7b) return [];
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8").trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return [];
  try {
    const members: Record<string, unknown> = JSON.parse(text);
    return Object.entries(members);
  } catch {
    return [];
  }
}

function toTypedData(value: unknown): TypedData {
  if (typeof value === "string") return { string: value };
  if (typeof value === "object" && value !== null) return { json: JSON.stringify(value) };
  return { string: value === null ? "" : JSON.stringify(value) };
}
