import { findConstraint, type Constraint } from "./routeConstraints.ts";

/** One piece of a segment: text as it stands, or a parameter. */
export type Part =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly isOptional: boolean;
      readonly isCatchAll: boolean;
      readonly constraints: readonly Constraint[];
    };

export type Parameter = Extract<Part, { kind: "parameter" }>;

export interface Segment {
  readonly parts: readonly Part[];
  readonly parameters: readonly Parameter[];
  /** Fits the segment's text whole; its groups are the values of `parameters`, each at least one character. */
  readonly pattern: RegExp;
}

/**
 * Reads an ASP.NET route template: `jobs/{id:guid}`, `{language?}`, `{*path}`, `files.{name}`. What this reader does
 * not know (default values, optional parts within a segment) is refused rather than read as something else.
 */
export function parseTemplate(template: string): readonly Segment[] {
  const text = template.replace(/^\/+|\/+$/g, "");
  if (text === "") return [];
  const segments = splitSegments(text).map((segment) => parseSegment(segment, template));
  segments.forEach((segment, at) => checkSegment(segment, segments.slice(at + 1), template));
  return segments;
}

/** A slash within braces belongs to a constraint, such as a regular expression. */
function splitSegments(text: string): string[] {
  return text.split(/\/(?![^{}]*\})/);
}

function parseSegment(text: string, template: string): Segment {
  const parts: Part[] = [];
  let rest = text;
  while (rest !== "") {
    const literal = /^[^{}]+/.exec(rest)?.[0];
    const parameter = literal === undefined ? /^\{([^{}]+)\}/.exec(rest) : null;
    const length = literal?.length ?? parameter?.[0].length;
    if (length === undefined) throw refusal(template, `its segment "${text}" cannot be read`);
    parts.push(
      literal === undefined ? parseParameter(parameter?.[1] ?? "", template) : { kind: "literal", text: literal },
    );
    rest = rest.slice(length);
  }
  if (parts.length === 0) throw refusal(template, "it has an empty segment");
  const parameters = parts.filter((part) => part.kind === "parameter");
  const pattern = parts.map((part) => (part.kind === "literal" ? escapePattern(part.text) : "(.+)")).join("");
  return { parts, parameters, pattern: new RegExp(`^${pattern}$`, "is") };
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function parseParameter(text: string, template: string): Part {
  const match = /^(\*{0,2})([A-Za-z_]\w*)((?::[A-Za-z]+(?:\([^()]*\))?)*)(\??)$/.exec(text);
  if (match === null) throw refusal(template, `its parameter "{${text}}" is not one that this host can read`);
  const [, stars, name = "", constraints = "", optional] = match;
  const found = [...constraints.matchAll(/:([A-Za-z]+)(?:\(([^()]*)\))?/g)].map(([whole, kind = "", value]) => {
    const constraint = findConstraint(kind, value);
    if (constraint === undefined) throw refusal(template, `its constraint "${whole}" is not one that this host knows`);
    return constraint;
  });
  return { kind: "parameter", name, isOptional: optional === "?", isCatchAll: stars !== "", constraints: found };
}

function checkSegment({ parts, parameters }: Segment, following: readonly Segment[], template: string): void {
  if (parts.length > 1 && parameters.some((part) => part.isOptional || part.isCatchAll)) {
    throw refusal(template, "a parameter beside other text in its segment is optional or a catch-all");
  }
  if (parts.some((part, at) => part.kind === "parameter" && parts[at + 1]?.kind === "parameter")) {
    throw refusal(template, "two of its parameters stand side by side without text between them");
  }
  if (parameters.some((part) => part.isCatchAll) && following.length > 0) {
    throw refusal(template, "its catch-all parameter is not the last segment");
  }
  if (parameters.some((part) => part.isOptional) && following.some((next) => !isOptional(next))) {
    throw refusal(template, "a segment that is not optional follows an optional one");
  }
}

/** Whether a URL may end before this segment. */
export function isOptional({ parts, parameters }: Segment): boolean {
  return parts.length === 1 && parameters.some((part) => part.isOptional || part.isCatchAll);
}

export function isCatchAll({ parts, parameters }: Segment): boolean {
  return parts.length === 1 && parameters.some((part) => part.isCatchAll);
}

function refusal(template: string, reason: string): Error {
  return new Error(`The route "${template}" cannot be served here: ${reason}.`);
}
