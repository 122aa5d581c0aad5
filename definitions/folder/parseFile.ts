import { isNode, LineCounter, parseDocument } from "yaml";

/** A file as data, and where its members stand. */
export interface ParsedFile {
  readonly json: unknown;
  /** The line of a member such as `fields[2].name`, or of what it is in. */
  readonly lineOf: (path: string) => number | undefined;
}

export interface ParseProblem {
  readonly line?: number;
  readonly message: string;
}

/** YAML 1.2 or JSON; the problem where it is neither. What names one thing many times over is refused, not unfolded. */
export function parseFile(text: string, isJson: boolean): ParsedFile | ParseProblem {
  const lines = new LineCounter();
  try {
    if (isJson) JSON.parse(text);
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) return { line: lines.linePos(problem.pos[0]).line, message: problem.message };
    const lineOf = (path: string): number | undefined => {
      for (const keys = toKeys(path); keys.length > 0; keys.pop()) {
        const node = document.getIn(keys, true);
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return undefined;
    };
    return { json: document.toJS({ maxAliasCount: 100 }), lineOf };
  } catch (error) {
    // Such as a text that is nested deeper than any definition is.
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function toKeys(path: string): (string | number)[] {
  return (path.match(/[^.[\]]+/gu) ?? []).map((key) => (/^\d+$/u.test(key) ? Number(key) : key));
}
