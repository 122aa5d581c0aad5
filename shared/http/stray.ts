import type { HttpHandler, HttpMethod } from "@azure/functions";
import { DomainError } from "../domain/errors.ts";
import { MethodNotAllowed } from "./methodNotAllowed.ts";
import { decodePercent } from "./wireText.ts";

/** A route as it was registered: literal segments, and parameters in braces that each take a whole one, or `{*}` the rest. */
export interface ServedRoute {
  readonly route: string;
  readonly methods: readonly HttpMethod[];
  readonly handler: HttpHandler;
}

export interface StrayTarget {
  readonly handler: HttpHandler;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Which route a request means that the host found none for: one whose path has a slash too many, which counts for
 * nothing here. Throws `MethodNotAllowed` where the path is served for other methods, and `notFound` where it is none.
 */
export function findStrayTarget(
  served: readonly ServedRoute[],
  { method, url }: { readonly method: string; readonly url: string },
): StrayTarget {
  const path = pathSegmentsOf(url);
  const fitting = served.flatMap(({ route, methods, handler }) => {
    const params = matchRoute(route, path);
    return params ? [{ methods, handler, params }] : [];
  });
  const target = fitting
    .toSorted((one, other) => Object.keys(one.params).length - Object.keys(other.params).length)
    .find(({ methods }) => methods.some((allowed) => allowed === method));
  if (target) return target;
  if (fitting.length > 0) throw new MethodNotAllowed(method, [...new Set(fitting.flatMap(({ methods }) => methods))]);
  throw new DomainError("notFound", `Nothing is served at this address. ${hintFor(path)}`);
}

/** What somebody may have meant who asks below an address that is known. */
function hintFor([first = ""]: readonly string[]): string {
  const known = "The connector is /api/connector/{enqueue, dequeue, download, ack or jobstatus}/{activity id}";
  const language = "also below a language, such as /en";
  if (first.toLowerCase() === "manage") return "/manage/api/openapi.json lists the addresses of the management API.";
  return `${known}, ${language}; /data has entities as OData; /manage/api/openapi.json lists all else.`;
}

/** The segments of an address as they came, without the empty ones that a slash too many makes. */
export function pathSegmentsOf(url: string): readonly string[] {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? "";
  return path.split("/").filter((segment) => segment !== "");
}

/** The values of the parameters, decoded as the host does it; undefined where the route does not fit. */
function matchRoute(route: string, path: readonly string[]): StrayTarget["params"] | undefined {
  // The root is one optional segment that takes nothing.
  const segments = route.split("/").filter((segment) => !segment.endsWith("?}"));
  const takesRest = segments.at(-1)?.startsWith("{*") === true;
  if (takesRest) segments.pop();
  if (takesRest ? path.length < segments.length : path.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const text = decodeSegment(path[at] ?? "");
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name !== undefined) params[name] = text;
    else if (segment.toLowerCase() !== text.toLowerCase()) return undefined;
  }
  return params;
}

/** As the host decodes it: an escaped slash stays escaped. */
export function decodeSegment(segment: string): string {
  return segment
    .split(/(%2f)/i)
    .map((part) => (/^%2f$/i.test(part) ? part : decodePercent(part)))
    .join("");
}
