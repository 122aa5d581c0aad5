/**
 * Patterns of whole values: characters, `.`, `[A-Z_]`, `[^0-9]`, `\d`, `\w`, `\s`, `( )`, `|` and `? * + {n} {n,} {n,m}`. A
 * match looks at each character once, with all ways through the pattern side by side: its time is the length of the value
 * times that of the pattern, whatever both hold. Nothing is found again, so there are no back references and no assertions.
 */
export type PatternMatch = (text: string) => boolean;

/** A mistake in a pattern, as the end of a sentence about it. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

type IsIn = (codePoint: number) => boolean;
type Node =
  | { readonly kind: "one"; readonly isIn: IsIn }
  | { readonly kind: "all"; readonly parts: readonly Node[] }
  | { readonly kind: "any"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly min: number; readonly max: number };

const charactersMax = 200;
/** Each place of the pattern, repetitions written out. */
const statesMax = 1000;
const repeatMax = 200;
const depthMax = 20;

export function boundedPattern(pattern: string): PatternMatch {
  if (pattern.length > charactersMax) throw new PatternError(`is longer than ${charactersMax} characters`);
  const reader = { characters: Array.from(pattern), at: 0, depth: 0 };
  const node = readAny(reader);
  if (reader.at < reader.characters.length) throw mistake(reader, "closes a group that is not open");
  const states: State[] = [];
  const end = addState(states, { kind: "end" });
  const start = addNode(states, node, end);
  return matching(states, start);
}

interface Reader {
  readonly characters: readonly string[];
  at: number;
  depth: number;
}

function mistake({ characters, at }: Reader, what: string): PatternError {
  return new PatternError(`${what} at character ${Math.min(at + 1, characters.length)}`);
}

function readAny(reader: Reader): Node {
  if (reader.depth === depthMax) throw mistake(reader, `has more than ${depthMax} groups in each other`);
  const parts = [readAll(reader)];
  while (reader.characters[reader.at] === "|") {
    reader.at += 1;
    parts.push(readAll(reader));
  }
  return { kind: "any", parts };
}

function readAll(reader: Reader): Node {
  const parts: Node[] = [];
  for (let next = reader.characters[reader.at]; next !== undefined && next !== "|" && next !== ")";) {
    parts.push(readRepeated(reader, readOne(reader)));
    next = reader.characters[reader.at];
  }
  return { kind: "all", parts };
}

function readOne(reader: Reader): Node {
  const character = reader.characters[reader.at]!;
  if ("?*+{".includes(character)) throw mistake(reader, "repeats nothing");
  if ("]}^$".includes(character)) throw mistake(reader, `holds ${character}, which needs a \\ in front,`);
  reader.at += 1;
  if (character === "(") return readGroup(reader);
  if (character === "[") return { kind: "one", isIn: readClass(reader) };
  if (character === ".") return { kind: "one", isIn: () => true };
  return { kind: "one", isIn: character === "\\" ? readEscape(reader).isIn : only(character) };
}

function readGroup(reader: Reader): Node {
  reader.depth += 1;
  const node = readAny(reader);
  if (reader.characters[reader.at] !== ")") throw mistake(reader, "does not close a group");
  reader.at += 1;
  reader.depth -= 1;
  return node;
}

const only = (character: string): IsIn => {
  const wanted = character.codePointAt(0);
  return (codePoint) => codePoint === wanted;
};
const between = (from: string, to: string): IsIn => {
  const [first, last] = [from.codePointAt(0)!, to.codePointAt(0)!];
  return (codePoint) => codePoint >= first && codePoint <= last;
};
const isDigit = between("0", "9");
const isWord: IsIn = (codePoint) =>
  isDigit(codePoint) || between("A", "Z")(codePoint) || between("a", "z")(codePoint) || codePoint === 0x5f;
const isBlank: IsIn = (codePoint) => codePoint === 0x20 || (codePoint >= 9 && codePoint <= 13) || codePoint === 0xa0;
const classes: Readonly<Record<string, IsIn>> = { d: isDigit, w: isWord, s: isBlank };

/** The character too, where it is one. */
function readEscape(reader: Reader): { readonly isIn: IsIn; readonly character?: string } {
  const character = reader.characters[reader.at];
  const known = character === undefined ? undefined : classes[character];
  if (character === undefined || (!known && /[\p{L}\p{N}]/u.test(character))) {
    throw mistake(reader, "has an unknown sign behind \\");
  }
  reader.at += 1;
  return known ? { isIn: known } : { isIn: only(character), character };
}

function readClass(reader: Reader): IsIn {
  const isNot = reader.characters[reader.at] === "^";
  if (isNot) reader.at += 1;
  const members: IsIn[] = [];
  while (reader.characters[reader.at] !== "]") {
    const from = readMember(reader);
    const isRange = reader.characters[reader.at] === "-" && reader.characters[reader.at + 1] !== "]";
    if (!isRange || from.character === undefined) members.push(from.isIn);
    else {
      reader.at += 1;
      const to = readMember(reader);
      if (to.character === undefined || from.character.codePointAt(0)! > to.character.codePointAt(0)!) {
        throw mistake(reader, "has a range that ends before it begins");
      }
      members.push(between(from.character, to.character));
    }
  }
  reader.at += 1;
  if (members.length === 0) throw mistake(reader, "has a class of no characters");
  const isIn: IsIn = (codePoint) => members.some((each) => each(codePoint)) !== isNot;
  // However many members a class has, most characters are looked up.
  const ascii = Array.from({ length: 128 }, (_, codePoint) => isIn(codePoint));
  return (codePoint) => ascii[codePoint] ?? isIn(codePoint);
}

function readMember(reader: Reader): { readonly isIn: IsIn; readonly character?: string } {
  const character = reader.characters[reader.at];
  if (character === undefined) throw mistake(reader, "does not close a class");
  reader.at += 1;
  return character === "\\" ? readEscape(reader) : { isIn: only(character), character };
}

function readRepeated(reader: Reader, part: Node): Node {
  const rest = reader.characters.slice(reader.at, reader.at + 10).join("");
  const [sign = "", , from, comma, to] = /^(?:[?*+]|(\{(\d{1,3})(,)?(\d{1,3})?\}))/u.exec(rest) ?? [];
  if (sign === "") {
    if (rest.startsWith("{")) throw mistake(reader, "has a repetition that is none of {n}, {n,} and {n,m}");
    return part;
  }
  reader.at += sign.length;
  const counted = { min: Number(from), max: comma === undefined ? Number(from) : Number(to ?? Infinity) };
  const signs = { "?": { min: 0, max: 1 }, "*": { min: 0, max: Infinity }, "+": { min: 1, max: Infinity } };
  const { min, max } = sign === "?" || sign === "*" || sign === "+" ? signs[sign] : counted;
  const isTooMany = min > repeatMax || (max !== Infinity && max > repeatMax);
  if (isTooMany || min > max)
    throw mistake(reader, `repeats more than ${repeatMax} times, or less than it begins with,`);
  return { kind: "repeat", part, min, max };
}

type State =
  | { readonly kind: "end" }
  | { readonly kind: "one"; readonly isIn: IsIn; readonly next: number }
  | { readonly kind: "split"; ways: readonly number[] };

function addState(states: State[], state: State): number {
  if (states.length === statesMax) throw new PatternError(`has more than ${statesMax} places with its repetitions`);
  return states.push(state) - 1;
}

/** Answers where the node begins, which goes on at `next`. */
function addNode(states: State[], node: Node, next: number): number {
  if (node.kind === "one") return addState(states, { kind: "one", isIn: node.isIn, next });
  if (node.kind === "all") return node.parts.reduceRight((behind, part) => addNode(states, part, behind), next);
  if (node.kind === "any") {
    return addState(states, { kind: "split", ways: node.parts.map((part) => addNode(states, part, next)) });
  }
  let start = next;
  if (node.max === Infinity) {
    const loop: State = { kind: "split", ways: [] };
    start = addState(states, loop);
    loop.ways = [addNode(states, node.part, start), next];
  }
  for (let more = node.min; node.max !== Infinity && more < node.max; more += 1) {
    start = addState(states, { kind: "split", ways: [addNode(states, node.part, start), next] });
  }
  for (let times = 0; times < node.min; times += 1) start = addNode(states, node.part, start);
  return start;
}

function matching(states: readonly State[], start: number): PatternMatch {
  const reached = new Float64Array(states.length);
  let step = 0;
  const arrive = (at: number, into: number[]): void => {
    const open = [at];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      if (reached[each] === step) continue;
      reached[each] = step;
      const state = states[each]!;
      if (state.kind === "split") open.push(...state.ways);
      else into.push(each);
    }
  };
  return (text) => {
    step += 1;
    let current: number[] = [];
    arrive(start, current);
    for (const character of text) {
      const codePoint = character.codePointAt(0)!;
      step += 1;
      const behind: number[] = [];
      for (const each of current) {
        const state = states[each]!;
        if (state.kind === "one" && state.isIn(codePoint)) arrive(state.next, behind);
      }
      if (behind.length === 0) return false;
      current = behind;
    }
    return current.some((each) => states[each]?.kind === "end");
  };
}
