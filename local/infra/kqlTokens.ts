export interface Token {
  readonly kind: "name" | "text" | "number" | "sign";
  readonly text: string;
}

const pattern =
  /\s*(?:([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?(?:ms|[smhd])?\b)|(==|!=|<=|>=|[|()[\],=<>+*/-]))/y;

/** The tokens of a query; throws SyntaxError where there is none. */
export function tokenizeKql(query: string): Token[] {
  const tokens: Token[] = [];
  const text = query.trimEnd();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new SyntaxError(`there is no meaning in "${text.slice(at, at + 20)}"`);
    const [, name, double, single, number, sign] = match;
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else tokens.push({ kind: "text", text: double ?? single ?? "" });
  }
  return tokens;
}
