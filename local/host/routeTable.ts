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
 * alphabet of the function names (github.com/Azure/azure-functions-host/issues/9876). So both must say the same.
 */
function refuseAmbiguity(first: ParsedRoute<Route>, second: ParsedRoute<Route>): void {
  const method = [...first.methods].find((candidate) => second.methods.has(candidate));
  if (method === undefined) return;
  if (keyOf(first.segments) === keyOf(second.segments)) {
    throw new Error(`${describe(first.route)} and ${describe(second.route)} are one route for ${method}.`);
  }
  const isAlphabetical = first.route.functionName.toLowerCase() < second.route.functionName.toLowerCase();
  if (isAlphabetical || !canOverlap(first.segments, second.segments)) return;
  throw new Error(
    `${describe(first.route)} and ${describe(second.route)} can match one URL for ${method}, and in Azure the name that ` +
      `comes first in the alphabet may win: "${second.route.functionName}", the wrong one. Rename one of the two ` +
      "functions, or put a constraint on the parameter.",
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

/** Whether some URL may fit both: sure where it says no, careful where constraints or mixed segments meet. */
function canOverlap(left: readonly Segment[], right: readonly Segment[]): boolean {
  const [leftFirst, ...leftRest] = left;
  const [rightFirst, ...rightRest] = right;
  if (leftFirst === undefined) return right.every(isOptional);
  if (rightFirst === undefined) return left.every(isOptional);
  if (isCatchAll(leftFirst) || isCatchAll(rightFirst)) return true;
  return canSegmentsOverlap(leftFirst, rightFirst) && canOverlap(leftRest, rightRest);
}

function canSegmentsOverlap(left: Segment, right: Segment): boolean {
  const [leftText, rightText] = [literalOf(left), literalOf(right)];
  if (leftText !== undefined && rightText !== undefined) return leftText === rightText;
  if (leftText !== undefined) return accepts(right, leftText);
  if (rightText !== undefined) return accepts(left, rightText);
  return true;
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
