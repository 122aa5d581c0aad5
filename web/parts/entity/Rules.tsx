import { Button, Checkbox, Input, Select } from "@fluentui/react-components";
import { Member } from "../definition/Problems.tsx";
import type { FieldDraft, RuleDraft } from "./entityDraft.ts";
import { NameChoice } from "./NameChoice.tsx";

interface Props {
  readonly path: string;
  readonly field: FieldDraft;
  readonly change: (field: FieldDraft) => void;
}

/** What a value of the field must be beyond its type. */
export function Rules({ path, field, change }: Props) {
  const { rules = [], callValidateField, ...rest } = field;
  const set = (next: RuleDraft[], isAsked: boolean | undefined): void =>
    change({
      ...rest,
      ...(isAsked !== undefined && { callValidateField: isAsked }),
      ...(next.length > 0 && { rules: next }),
    });
  const add = (): void => set([...rules, { kind: "pattern", pattern: "", message: "" }], callValidateField ?? true);
  return (
    <fieldset className="sub">
      <legend>Rules for its values</legend>
      {rules.length > 0 && (
        <Checkbox
          label="Call validate field method: the rules are asked"
          checked={callValidateField ?? false}
          onChange={(_, { checked }) => set(rules, checked === true)}
        />
      )}
      {rules.map((rule, index) => (
        <OneRule
          key={index}
          path={`${path}.rules[${index}]`}
          rule={rule}
          change={(next) => set(rules.toSpliced(index, 1, next), callValidateField)}
          remove={() => set(rules.toSpliced(index, 1), callValidateField)}
        />
      ))}
      <div>
        <Button size="small" onClick={add}>
          Add a rule
        </Button>
      </div>
    </fieldset>
  );
}

interface RuleProps {
  readonly path: string;
  readonly rule: RuleDraft;
  readonly change: (rule: RuleDraft) => void;
  readonly remove: () => void;
}

function OneRule({ path, rule, change, remove }: RuleProps) {
  return (
    <div className="rule">
      <Member path={`${path}.kind`} label="Kind">
        <Select value={rule.kind} onChange={(_, { value }) => change(ruleOf(value, rule.message))}>
          <option value="pattern">Pattern of the whole value</option>
          <option value="range">Range</option>
          <option value="lookup">Key of an entity</option>
        </Select>
      </Member>
      <RuleBody path={path} rule={rule} change={change} />
      <Member path={`${path}.message`} label="What a record is rejected with" required>
        <Input value={rule.message} onChange={(_, { value }) => change({ ...rule, message: value })} />
      </Member>
      <div>
        <Button size="small" onClick={remove}>
          Remove the rule
        </Button>
      </div>
    </div>
  );
}

function RuleBody({ path, rule, change }: Omit<RuleProps, "remove">) {
  switch (rule.kind) {
    case "pattern":
      return (
        <Member path={`${path}.pattern`} label="Pattern" required hint="A regular expression, such as [A-Z]{2}-[0-9]+.">
          <Input value={rule.pattern} onChange={(_, { value }) => change({ ...rule, pattern: value })} />
        </Member>
      );
    case "lookup":
      return (
        <Member path={`${path}.entity`} label="Entity of which the value is a key" required>
          <NameChoice list="entities" value={rule.entity} change={(entity) => change({ ...rule, entity })} />
        </Member>
      );
    case "range": {
      const { from = "", to = "", ...rest } = rule;
      const set = (low: string, high: string): void =>
        change({ ...rest, ...(low !== "" && { from: low }), ...(high !== "" && { to: high }) });
      return (
        <div className="row">
          <Member path={`${path}.from`} label="From" hint="Itself included; empty: any.">
            <Input value={from} onChange={(_, { value }) => set(value, to)} />
          </Member>
          <Member path={`${path}.to`} label="To" hint="Itself included; empty: any.">
            <Input value={to} onChange={(_, { value }) => set(from, value)} />
          </Member>
        </div>
      );
    }
  }
}

function ruleOf(kind: string, message: string): RuleDraft {
  if (kind === "range") return { kind, message };
  return kind === "lookup" ? { kind, entity: "", message } : { kind: "pattern", pattern: "", message };
}
