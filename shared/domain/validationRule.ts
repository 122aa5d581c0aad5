/** What a value of a field must be, beyond its type. An empty value is none, and meets every rule. */
export type ValidationRule = PatternRule | RangeRule | LookupRule;

interface RuleText {
  /** What a record is rejected with. */
  readonly message: string;
}

export interface PatternRule extends RuleText {
  readonly kind: "pattern";
  /** Of the whole value; see `boundedPattern.ts`. */
  readonly pattern: string;
}

export interface RangeRule extends RuleText {
  readonly kind: "range";
  /** In invariant form; both are within, and one may be left out. */
  readonly from?: string;
  readonly to?: string;
}

export interface LookupRule extends RuleText {
  readonly kind: "lookup";
  /** The label of the entity of which the value must be a key. */
  readonly entity: string;
}
