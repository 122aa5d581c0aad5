import { foldName } from "../../domain/foldName.ts";
import { filterProblem, readTokens, shown, type Token } from "./filterTokens.ts";
import { toScalar } from "./filterValues.ts";
import type { Comparison, EntityType, Filter, Property, TextFunction } from "./model.ts";
import { findProperty } from "./properties.ts";

const charactersMax = 4_000;
const conditionsMax = 100;
const nestingMax = 32;

const comparisons = ["eq", "ne", "gt", "ge", "lt", "le"] as const satisfies readonly Comparison[];
const textFunctions = ["contains", "startswith", "endswith"] as const satisfies readonly TextFunction[];
/** They change nothing here: texts are compared without regard to case, and have no blanks around them. */
const idleFunctions = ["tolower", "toupper", "trim"];
const caseFunctions = ["tolower", "toupper"];
const mirrored = { eq: "eq", ne: "ne", gt: "lt", ge: "le", lt: "gt", le: "ge" } as const;

/** Reads a $filter on the properties of a type. Throws `invalid`, and says where, for what it does not know. */
export function parseFilter(text: string, type: EntityType): Filter {
  if (text.length > charactersMax) throw filterProblem(`it is longer than ${charactersMax} characters`);
  return new Parser(readTokens(text), type).whole();
}

/** A parser by descent, a method for each level of precedence. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #type: EntityType;
  #next = 0;
  #conditions = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[], type: EntityType) {
    this.#tokens = tokens;
    this.#type = type;
  }

  whole(): Filter {
    const filter = this.#either();
    const rest = this.#peek();
    if (rest) throw filterProblem(`"${shown(rest.text)}" is one too many`, rest.at);
    return filter;
  }

  #either(): Filter {
    return this.#joined("or", () => this.#joined("and", () => this.#one()));
  }

  #joined(kind: "and" | "or", read: () => Filter): Filter {
    const first = read();
    const parts = [first];
    while (this.#takeWord(kind)) parts.push(read());
    return parts.length === 1 ? first : { kind, parts };
  }

  #one(): Filter {
    this.#nesting += 1;
    if (this.#nesting > nestingMax) throw filterProblem(`it is nested deeper than ${nestingMax} levels`);
    const filter = this.#takeWord("not") ? ({ kind: "not", part: this.#one() } as const) : this.#condition();
    this.#nesting -= 1;
    return filter;
  }

  #condition(): Filter {
    this.#conditions += 1;
    if (this.#conditions > conditionsMax) throw filterProblem(`it has more than ${conditionsMax} conditions`);
    if (this.#takeMark("(")) {
      const inner = this.#either();
      this.#requireMark(")");
      return inner;
    }
    const how = textFunctions.find((name) => this.#isCall(name));
    return how ? this.#textCondition(how) : this.#comparison();
  }

  /** `contains(Name,'x')`, to which some clients add `eq true`. */
  #textCondition(how: TextFunction): Filter {
    this.#next += 1;
    this.#requireMark("(");
    const property = this.#property();
    this.#requireMark(",");
    const token = this.#value("a text in quotes");
    this.#requireMark(")");
    if (property.type !== "Edm.String")
      throw filterProblem(`${how} looks into texts, and ${property.name} is none`, token.at);
    if (token.kind !== "text")
      throw filterProblem(`${how} takes a text in quotes, not "${shown(token.text)}"`, token.at);
    return this.#asked({ kind: "text", property, how, text: token.text });
  }

  #asked(filter: Filter): Filter {
    const isEqual = this.#takeWord("eq");
    if (!isEqual && !this.#takeWord("ne")) return filter;
    const token = this.#take("true or false");
    const word = foldName(token.text);
    if (token.kind !== "word" || (word !== "true" && word !== "false"))
      throw filterProblem("true or false is due", token.at);
    return isEqual === (word === "true") ? filter : { kind: "not", part: filter };
  }

  #comparison(): Filter {
    const value = this.#isValueNext() ? this.#value("a value") : undefined;
    const property = value ? undefined : this.#property();
    if (property && this.#takeWord("in")) return { kind: "or", parts: this.#listed(property) };
    const operator = this.#take("eq, ne, gt, ge, lt or le");
    const by = comparisons.find((name) => operator.kind === "word" && foldName(operator.text) === name);
    if (!by)
      throw filterProblem(`"${shown(operator.text)}" stands where eq, ne, gt, ge, lt, le or in is due`, operator.at);
    if (property) return { kind: "compare", property, by, value: toScalar(this.#value("a value"), property) };
    const named = this.#property();
    return { kind: "compare", property: named, by: mirrored[by], value: toScalar(value!, named) };
  }

  #listed(property: Property): readonly Filter[] {
    const parts: Filter[] = [];
    this.#requireMark("(");
    do {
      this.#conditions += 1;
      if (this.#conditions > conditionsMax) throw filterProblem(`it has more than ${conditionsMax} conditions`);
      parts.push({ kind: "compare", property, by: "eq", value: toScalar(this.#value("a value"), property) });
    } while (this.#takeMark(","));
    this.#requireMark(")");
    return parts;
  }

  #property(): Property {
    if (this.#callsOneOf(idleFunctions))
      return this.#within(() => findProperty(this.#type, this.#take("a property").text, "$filter"));
    const token = this.#take("a property");
    if (this.#peek()?.text === "(") {
      const known = [...textFunctions, ...idleFunctions].join(", ");
      throw filterProblem(`there is no function "${shown(token.text)}" here, but ${known}`, token.at);
    }
    return findProperty(this.#type, token.text, "$filter");
  }

  /** Some clients say `tolower('X')` of what they compare with, as they do of the property. */
  #value(due: string): Token {
    return this.#callsOneOf(caseFunctions) ? this.#within(() => this.#take("a text in quotes")) : this.#take(due);
  }

  #isValueNext(): boolean {
    const first = this.#tokens[this.#callsOneOf(caseFunctions) ? this.#next + 2 : this.#next];
    return first !== undefined && first.kind !== "word";
  }

  #callsOneOf(names: readonly string[]): boolean {
    return names.some((name) => this.#isCall(name));
  }

  /** What stands in the parentheses of a call. */
  #within<T>(read: () => T): T {
    this.#next += 1;
    this.#requireMark("(");
    const inner = read();
    this.#requireMark(")");
    return inner;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #isCall(name: string): boolean {
    const token = this.#peek();
    return token?.kind === "word" && foldName(token.text) === name && this.#tokens[this.#next + 1]?.text === "(";
  }

  #take(due: string): Token {
    const token = this.#peek();
    if (!token) throw filterProblem(`it ends where ${due} is due`);
    this.#next += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    const isThere = token?.kind === "word" && foldName(token.text) === word;
    if (isThere) this.#next += 1;
    return isThere;
  }

  #takeMark(mark: string): boolean {
    const token = this.#peek();
    const isThere = token?.kind === "mark" && token.text === mark;
    if (isThere) this.#next += 1;
    return isThere;
  }

  #requireMark(mark: string): void {
    if (this.#takeMark(mark)) return;
    throw filterProblem(`"${mark}" is missing`, this.#peek()?.at);
  }
}
