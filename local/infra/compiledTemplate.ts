import { type Expression, findExpression } from "./armExpression.ts";
import { callFunction } from "./armFunctions.ts";
import { describe, isList, isObject, isOpaque, memberAt, opaque, type Value, type ValueObject } from "./armValues.ts";

/** A resource as a deployment with these parameters would ask for it. */
export interface DeployedResource {
  readonly type: string;
  readonly name: string;
  readonly body: ValueObject;
}

export interface Template {
  /** Deployments that lead here, for messages. */
  readonly trail: string;
  readonly body: ValueObject;
}

export interface Deployment {
  readonly resources: readonly DeployedResource[];
  /** The template and those of its modules, whether their conditions hold or not. */
  readonly templates: readonly Template[];
}

interface Scope {
  readonly template: ValueObject;
  readonly parameters: ValueObject;
  readonly copyIndex?: number;
  readonly lambda?: ValueObject;
}

const resourcesMax = 1000;

/** Follows a compiled template and its modules with the given parameters, through conditions and loops. */
export function deploy(template: ValueObject, parameters: ValueObject = {}): Deployment {
  const found: { resources: DeployedResource[]; templates: Template[] } = { resources: [], templates: [] };
  follow({ template, parameters }, "template", found);
  return found;
}

function follow(scope: Scope, trail: string, found: { resources: DeployedResource[]; templates: Template[] }): void {
  found.templates.push({ trail, body: scope.template });
  for (const resource of listResources(scope.template)) {
    if (resource["existing"] === true) continue;
    const inner = memberAt(resource, "properties", "template");
    for (const turn of turnsOf(resource, scope)) {
      const isDeployed = evaluate(resource["condition"] ?? true, turn) !== false;
      if (isObject(inner)) {
        const parameters = readParameters(evaluate(memberAt(resource, "properties", "parameters") ?? {}, turn));
        const name = describe(evaluate(resource["name"] ?? "", turn));
        const target = isDeployed ? found : { resources: [], templates: found.templates };
        follow({ template: inner, parameters }, `${trail} / ${name}`, target);
      } else if (isDeployed) found.resources.push(toDeployed(resource, turn));
    }
    if (found.resources.length > resourcesMax) throw new Error(`The template has more than ${resourcesMax} resources.`);
  }
}

function toDeployed(resource: ValueObject, scope: Scope): DeployedResource {
  const { type = "", name = "", copy: _, ...members } = resource;
  const body = evaluate(members, scope);
  return { type: describe(type), name: describe(evaluate(name, scope)), body: isObject(body) ? body : {} };
}

/** With symbolic names resources are members of an object, without them items of a list. */
function listResources(template: ValueObject): ValueObject[] {
  const resources = template["resources"];
  const all = isList(resources) ? resources : isObject(resources) ? Object.values(resources) : [];
  return all.filter((resource) => isObject(resource));
}

/** One scope for each turn of the loop, or the scope itself; a loop of unknown length counts as one turn. */
function turnsOf(resource: ValueObject, scope: Scope): Scope[] {
  const count = memberAt(resource, "copy", "count");
  if (count === undefined) return [scope];
  const turns = evaluate(count, scope);
  if (typeof turns !== "number") return [{ ...scope, copyIndex: 0 }];
  return Array.from({ length: Math.min(turns, resourcesMax) }, (_, copyIndex) => ({ ...scope, copyIndex }));
}

function readParameters(given: Value): ValueObject {
  if (!isObject(given)) return {};
  return Object.fromEntries(Object.entries(given).flatMap(([name, entry]) => readParameter(name, entry)));
}

function readParameter(name: string, entry: Value): [string, Value][] {
  const value = memberAt(entry, "value");
  return [[name, value === undefined ? opaque(`<${name}>`) : value]];
}

function evaluate(value: Value, scope: Scope): Value {
  if (typeof value === "string") {
    const expression = findExpression(value);
    return expression === undefined ? value : calculate(expression, scope);
  }
  if (isList(value)) return value.map((item) => evaluate(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, evaluate(member, scope)]));
}

function calculate(expression: Expression, scope: Scope): Value {
  if (expression.kind === "literal") return expression.value;
  if (expression.kind === "member") {
    const [of, key] = [calculate(expression.of, scope), calculate(expression.key, scope)];
    if (isList(of) && typeof key === "number" && of[key] !== undefined) return of[key];
    const found = isOpaque(key) ? undefined : memberAt(of, describe(key));
    return found ?? opaque(`${describe(of)}.${describe(key)}`);
  }
  return call(expression.name, expression.arguments, scope);
}

function call(name: string, given: readonly Expression[], scope: Scope): Value {
  const argument = (place: number): Value => (given[place] ? calculate(given[place], scope) : null);
  switch (name.toLowerCase()) {
    case "parameters":
      return readFrom("parameters", describe(argument(0)), scope);
    case "variables":
      return readFrom("variables", describe(argument(0)), scope);
    case "copyindex":
      return scope.copyIndex ?? 0;
    case "lambdavariables":
      return memberAt(scope.lambda, describe(argument(0))) ?? opaque(`<${describe(argument(0))}>`);
    case "if": {
      const condition = argument(0);
      if (typeof condition === "boolean") return argument(condition ? 1 : 2);
      return opaque(`<if(${describe(condition)}, ${describe(argument(1))}, ${describe(argument(2))})>`);
    }
    case "map":
    case "mapvalues":
      return mapOver(argument(0), given[1], scope) ?? opaque(`<${name}(${describe(argument(0))})>`);
    default:
      return callFunction(
        name,
        given.map((_, place) => argument(place)),
      );
  }
}

function readFrom(section: "parameters" | "variables", name: string, scope: Scope): Value {
  if (section === "variables") return evaluate(readVariable(name, scope.template), scope);
  const given = scope.parameters[name];
  if (given !== undefined) return given;
  const byDefault = memberAt(scope.template, "parameters", name, "defaultValue");
  if (byDefault !== undefined) return evaluate(byDefault, scope);
  return memberAt(scope.template, "parameters", name, "nullable") === true ? null : opaque(`<${name}>`);
}

/** A variable that is made in a loop stands in `copy` and stays opaque. */
function readVariable(name: string, template: ValueObject): Value {
  return memberAt(template, "variables", name) ?? opaque(`<${name}>`);
}

function mapOver(value: Value, lambda: Expression | undefined, scope: Scope): Value | undefined {
  if (lambda?.kind !== "call" || lambda.name.toLowerCase() !== "lambda") return undefined;
  const [first, body] = [lambda.arguments[0], lambda.arguments.at(-1)];
  if (first?.kind !== "literal" || body === undefined) return undefined;
  const run = (item: Value): Value =>
    calculate(body, { ...scope, lambda: { ...scope.lambda, [String(first.value)]: item } });
  if (isList(value)) return value.map(run);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, run(item)])) : undefined;
}
