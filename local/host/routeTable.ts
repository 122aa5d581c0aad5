import { matchRoute, type Route, type RouteMatch } from "./routeMatching.ts";
import { isCatchAll, isOptional, parseTemplate, type Part, type Segment } from "./routeTemplate.ts";

export interface RouteTable<R extends Route> {
  /** The most specific route for a method and a raw URL path; undefined is the host's 404, for a wrong method too. */
  match(method: string, rawPath: string): RouteMatch<R> | undefined;
}

interface ParsedRoute<R extends Route> {
  readonly route: R;
  readonly segments: readonly Segment[];
  readonly methods: ReadonlySet<string>;
}

/**
 * Orders routes as ASP.NET attribute routing does: literal, then mixed or constrained, then plain parameter, then
 * catch-all, segment by segment. Refuses a table in which the Azure host could answer differently.
 */
export function createRouteTable<R extends Route>(routes: readonly R[]): RouteTable<R> {
  const parsed = routes.map((route): ParsedRoute<R> => {
    const segments = parseTemplate(route.template);
    return { route, segments, methods: new Set(route.methods.map((method) => method.toUpperCase())) };
  });
  refuseReserved(parsed);
  const ordered = parsed.toSorted(byPrecedence);
  ordered.forEach((route, at) => {
    for (const later of ordered.slice(at + 1)) refuseAmbiguity(route, later);
  });
  return { match: (method, rawPath) => matchRoute(ordered, method, rawPath) };
}

function byPrecedence(left: ParsedRoute<Route>, right: ParsedRoute<Route>): number {
  for (let at = 0; at < Math.max(left.segments.length, right.segments.length); at += 1) {
    const difference = precedenceOf(left.segments[at]) - precedenceOf(right.segments[at]);
    if (difference !== 0) return difference;
  }
  return left.route.functionName.toLowerCase() < right.route.functionName.toLowerCase() ? -1 : 1;
}

function precedenceOf(segment: Segment | undefined): number {
  const first = segment?.parts[0];
  if (segment === undefined || first === undefined) return 0;
  if (segment.parts.length > 1) return 2;
  if (first.kind === "literal") return 1;
  const isConstrained = first.constraints.length > 0;
  if (first.isCatchAll) return isConstrained ? 4 : 5;
  return isConstrained ? 2 : 3;
}

/** The host keeps `/admin` for itself and never asks functions for it. */
function refuseReserved(routes: readonly ParsedRoute<Route>[]): void {
  for (const { route, segments } of routes) {
    const [first] = segments;
    if (first !== undefined && literalOf(first) === "admin") {
      throw new Error(`${describe(route)} begins with "admin", which the host keeps for itself.`);
    }
  }
}

/**
 * Host versions differ in which of two fitting routes they ask first: some take the order of this table, some the
 * alphabet of the function names (github.com/Azure/azure-functions-host/issues/9876). A function that the alphabet
 * would hide behind a wider route is refused; where two routes merely touch, both orders are let be.
 */
function refuseAmbiguity(first: ParsedRoute<Route>, second: ParsedRoute<Route>): void {
  const method = [...first.methods].find((candidate) => second.methods.has(candidate));
  if (method === undefined) return;
  if (keyOf(first.segments) === keyOf(second.segments)) {
    throw new Error(`${describe(first.route)} and ${describe(second.route)} are one route for ${method}.`);
  }
  const isAlphabetical = first.route.functionName.toLowerCase() < second.route.functionName.toLowerCase();
  if (isAlphabetical || !covers(second.segments, first.segments)) return;
  throw new Error(
    `${describe(first.route)} would never be called in Azure for ${method}: hosts there ask functions by the ` +
      `alphabet of their names, and ${describe(second.route)} comes first and fits all of its URLs. Rename one of ` +
      "the two functions, or put a constraint on the parameter.",
  );
}

function keyOf(segments: readonly Segment[]): string {
  const partKey = (part: Part): string => {
    if (part.kind === "literal") return part.text.toLowerCase();
    const constraints = part.constraints
      .map(({ text }) => `:${text}`)
      .toSorted()
      .join("");
    return `{${part.isCatchAll ? "*" : ""}${constraints}${part.isOptional ? "?" : ""}}`;
  };
  return segments.map(({ parts }) => parts.map(partKey).join("")).join("/");
}

/** Whether every URL of the narrow route, with its optional segments there, also fits the wide one. */
function covers(wide: readonly Segment[], narrow: readonly Segment[]): boolean {
  const [wideFirst, ...wideRest] = wide;
  const [narrowFirst, ...narrowRest] = narrow;
  if (wideFirst === undefined) return narrowFirst === undefined;
  if (isCatchAll(wideFirst)) return wideFirst.parameters.every(({ constraints }) => constraints.length === 0);
  if (narrowFirst === undefined) return wide.every(isOptional);
  return !isCatchAll(narrowFirst) && coversSegment(wideFirst, narrowFirst) && covers(wideRest, narrowRest);
}

function coversSegment(wide: Segment, narrow: Segment): boolean {
  const text = literalOf(narrow);
  if (text !== undefined) return accepts(wide, text);
  const isPlain = wide.parts.length === 1 && wide.parameters.some(({ constraints }) => constraints.length === 0);
  return isPlain || keyOf([wide]) === keyOf([narrow]);
}

function literalOf({ parts }: Segment): string | undefined {
  const [part] = parts;
  return parts.length === 1 && part?.kind === "literal" ? part.text.toLowerCase() : undefined;
}

function accepts({ parts, parameters, pattern }: Segment, text: string): boolean {
  if (!pattern.test(text)) return false;
  return parts.length > 1 || parameters.every((part) => part.constraints.every(({ accepts: fits }) => fits(text)));
}

function describe({ functionName, template }: Route): string {
  return `The function "${functionName}" (${template === "" ? "the root" : template})`;
}
