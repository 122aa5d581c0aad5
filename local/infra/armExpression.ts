/** The expression language of compiled templates, as far as it is needed to see what a template makes of its parameters. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "member"; readonly of: Expression; readonly key: Expression };

const tokenPattern = /\s*(?:'((?:[^']|'')*)'|(-?\d+)|([A-Za-z_][\w-]*)|([()[\].,]))/y;

type Token =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "word" | "sign"; readonly text: string };

/** The expression in a text of a template; undefined when the text is plain. */
export function findExpression(text: string): Expression | undefined {
  if (!text.startsWith("[") || text.startsWith("[[") || !text.endsWith("]")) return undefined;
  const found = read.get(text) ?? parseExpression(text.slice(1, -1));
  if (read.size < readMax) read.set(text, found);
  return found;
}

/** A template repeats its expressions, and its loops ask for them turn by turn. */
const read = new Map<string, Expression>();
const readMax = 10_000;

interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  position: number;
}

/** Throws SyntaxError when the text is no expression. */
export function parseExpression(text: string): Expression {
  const reading: Reading = { text, tokens: tokenize(text), position: 0 };
  const result = readOne(reading);
  if (reading.position < reading.tokens.length) {
    throw new SyntaxError(`The expression goes on after its end: ${text}`);
  }
  return result;
}

function readOne(reading: Reading): Expression {
  const token = take(reading);
  if (token.kind === "literal") return readMembers(reading, token);
  if (token.kind === "sign") {
    throw new SyntaxError(`"${token.text}" is out of place in the expression ${reading.text}`);
  }
  takeSign(reading, "(");
  return readMembers(reading, { kind: "call", name: token.text, arguments: readArguments(reading) });
}

function readArguments(reading: Reading): Expression[] {
  const found: Expression[] = [];
  while (!isNext(reading, ")")) {
    if (found.length > 0) takeSign(reading, ",");
    found.push(readOne(reading));
  }
  takeSign(reading, ")");
  return found;
}

function readMembers(reading: Reading, of: Expression): Expression {
  if (isNext(reading, ".")) {
    takeSign(reading, ".");
    const token = take(reading);
    if (token.kind !== "word") throw new SyntaxError(`A name is missing after "." in the expression ${reading.text}`);
    return readMembers(reading, { kind: "member", of, key: { kind: "literal", value: token.text } });
  }
  if (!isNext(reading, "[")) return of;
  takeSign(reading, "[");
  const key = readOne(reading);
  takeSign(reading, "]");
  return readMembers(reading, { kind: "member", of, key });
}

function isNext({ tokens, position }: Reading, sign: string): boolean {
  const token = tokens[position];
  return token?.kind === "sign" && token.text === sign;
}

function take(reading: Reading): Token {
  const token = reading.tokens[reading.position];
  if (token === undefined) throw new SyntaxError(`The expression ends too soon: ${reading.text}`);
  reading.position += 1;
  return token;
}

function takeSign(reading: Reading, sign: string): void {
  if (!isNext(reading, sign)) throw new SyntaxError(`"${sign}" is missing in the expression ${reading.text}`);
  reading.position += 1;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < trimmed.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(trimmed);
    if (match === null) throw new SyntaxError(`The expression has a character without meaning at ${at}: ${text}`);
    const [, literal, digits, word, sign] = match;
    if (literal !== undefined) tokens.push({ kind: "literal", value: literal.replaceAll("''", "'") });
    else if (digits !== undefined) tokens.push({ kind: "literal", value: Number(digits) });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "sign", text: sign! });
  }
  return tokens;
}
