import { isCatchAll, isOptional, type Parameter, type Segment } from "./routeTemplate.ts";

/** A function's address: the template with the prefix of host.json before it. */
export interface Route {
  readonly functionName: string;
  readonly template: string;
  readonly methods: readonly string[];
}

export interface RouteMatch<R extends Route> {
  readonly route: R;
  readonly parameters: RouteParameters;
}

export type RouteParameters = Readonly<Record<string, string>>;

interface Candidate<R extends Route> {
  readonly route: R;
  readonly segments: readonly Segment[];
  readonly methods: ReadonlySet<string>;
}

/** The first candidate whose segments and constraints fit the path and that takes the method. */
export function matchRoute<R extends Route>(
  candidates: readonly Candidate<R>[],
  method: string,
  rawPath: string,
): RouteMatch<R> | undefined {
  const path = splitPath(rawPath);
  if (path[0]?.toLowerCase() === "admin") return undefined;
  for (const { route, segments, methods } of candidates) {
    if (!methods.has(method)) continue;
    const parameters = matchSegments(segments, path);
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

/** Decodes as Kestrel does: each segment for itself; `%2F` stays, dots are resolved, one slash at the end is free. */
function splitPath(rawPath: string): readonly string[] {
  const segments = rawPath.replace(/^\//, "").replace(/\/$/, "").split("/").map(decodeSegment);
  if (segments.length === 1 && segments[0] === "") return [];
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === "..") resolved.pop();
    else if (segment !== ".") resolved.push(segment);
  }
  return resolved;
}

function decodeSegment(raw: string): string {
  if (!raw.includes("%")) return raw;
  try {
    return raw
      .split(/(%2f)/i)
      .map((piece) => (/^%2f$/i.test(piece) ? piece : decodeURIComponent(piece)))
      .join("");
  } catch (error) {
    // Kestrel leaves what is no valid escape as it stands.
    if (error instanceof URIError) return raw;
    throw error;
  }
}

function matchSegments(segments: readonly Segment[], path: readonly string[]): RouteParameters | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    if (isCatchAll(segment)) return takeCatchAll(segment, path.slice(at).join("/"), parameters);
    const value = path[at];
    if (value === undefined) return segments.slice(at).every(isOptional) ? parameters : undefined;
    const found = matchSegment(segment, value);
    if (found === undefined) return undefined;
    Object.assign(parameters, found);
  }
  return path.length > segments.length ? undefined : parameters;
}

/** More than Azure's host, whose router has nothing for a path with an empty segment: here the app gets it, and says what it is. */
function takeCatchAll(
  { parameters: [part] }: Segment,
  rest: string,
  parameters: Record<string, string>,
): RouteParameters | undefined {
  if (rest === "" || part === undefined) return parameters;
  return meetsConstraints(part, rest) ? { ...parameters, [part.name]: rest } : undefined;
}

function matchSegment({ parameters, pattern }: Segment, text: string): RouteParameters | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const found: Record<string, string> = {};
  for (const [at, part] of parameters.entries()) {
    const value = match[at + 1] ?? "";
    if (!meetsConstraints(part, value)) return undefined;
    found[part.name] = value;
  }
  return found;
}

function meetsConstraints(part: Parameter, value: string): boolean {
  return part.constraints.every((constraint) => constraint.accepts(value));
}
