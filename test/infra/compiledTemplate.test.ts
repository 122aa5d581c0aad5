import { describe, expect, test } from "vitest";
import { findExpression, parseExpression } from "../../local/infra/armExpression.ts";
import { describe as toText, type Value, type ValueObject } from "../../local/infra/armValues.ts";
import { deploy } from "../../local/infra/compiledTemplate.ts";

function evaluate(expression: string, parameters: ValueObject = {}): Value | undefined {
  const template = {
    parameters: { optional: { type: "string", nullable: true }, three: { type: "int", defaultValue: 3 } },
    variables: { list: ["a", "b"], text: "[concat('x', 'y')]" },
    resources: [{ type: "Example/things", name: "thing", properties: { value: `[${expression}]` } }],
  };
  const properties = deploy(template, parameters).resources[0]?.body["properties"];
  return (properties as ValueObject)["value"];
}

describe("an expression of a compiled template", () => {
  for (const [expression, value] of [
    ["'it''s'", "it's"],
    ["if(equals(1, 1), 'yes', fail())", "yes"],
    ["if(not(equals('a', 'b')), 'yes', 'no')", "yes"],
    ["variables('list')[1]", "b"],
    ["variables('text')", "xy"],
    ["parameters('three')", 3],
    ["parameters('optional')", null],
    ["coalesce(parameters('optional'), 'else')", "else"],
    ["createObject('a', createArray(1, 2)).a[1]", 2],
    ["union(createObject('a', 1), createObject('b', 2))", { a: 1, b: 2 }],
    ["map(variables('list'), lambda('item', format('{0}!', lambdaVariables('item'))))", ["a!", "b!"]],
    ["length(concat(variables('list'), createArray('c')))", 3],
    ["and(false(), equals(reference('x').a, 1))", false],
    ["or(true(), equals(reference('x').a, 1))", true],
    ["equals(uniqueString('a'), uniqueString('a'))", true],
    ["max(90, 7)", 90],
    ["min(100, max(1, div(2048, mul(10, add(50, 16)))))", 3],
    ["format('bin({{Grain}}, {0})', 'a')", "bin({Grain}, a)"],
  ] as const) {
    test(`${expression} is ${JSON.stringify(value)}`, () => {
      expect(evaluate(expression)).toEqual(value);
    });
  }

  for (const [expression, text] of [
    ["reference('x').outputs.y.value", "<reference(x)>.outputs.y.value"],
    ["format('st{0}', uniqueString('a'))", "st<uniqueString(a)>"],
    ["equals(reference('x').a, 1)", "<equals(<reference(x)>.a, 1)>"],
    ["if(equals(reference('x').a, 1), 'b', 'c')", "<if(<equals(<reference(x)>.a, 1)>, b, c)>"],
    ["empty(reference('x').a)", "<empty(<reference(x)>.a)>"],
    ["parameters('unheardOf')", "<unheardOf>"],
  ] as const) {
    test(`${expression} stays open, because only Azure knows`, () => {
      const value = evaluate(expression);

      expect(value).toBeTypeOf("object");
      expect(toText(value)).toBe(text);
    });
  }

  test("is plain text where it does not begin and end with brackets", () => {
    expect(["[[no]", "no", "[no", "no]"].map(findExpression)).toEqual([undefined, undefined, undefined, undefined]);
  });

  for (const wrong of ["if(1, 2", "a('b'", "a.", "a() b()", "a()[1", ")", "a(1 2)", "§()"]) {
    test(`${wrong} is refused`, () => {
      expect(() => parseExpression(wrong)).toThrow(SyntaxError);
    });
  }
});

describe("a deployment", () => {
  test("repeats a loop and leaves out what its condition refuses", () => {
    const { resources } = deploy({
      resources: {
        kept: { type: "A/b", name: "[format('n{0}', copyIndex())]", copy: { name: "kept", count: 2 } },
        refused: { type: "A/b", name: "refused", condition: "[equals(1, 2)]" },
        known: { type: "A/b", name: "known", existing: true },
      },
    });

    expect(resources.map(({ name }) => name)).toEqual(["n0", "n1"]);
  });

  test("keeps the templates of modules in view even when their condition refuses them", () => {
    const inner = { resources: [{ type: "A/b", name: "inner" }] };
    const { resources, templates } = deploy({
      resources: [
        { type: "Microsoft.Resources/deployments", name: "m", condition: false, properties: { template: inner } },
      ],
    });

    expect(resources).toEqual([]);
    expect(templates.map(({ trail }) => trail)).toEqual(["template", "template / m"]);
  });
});
