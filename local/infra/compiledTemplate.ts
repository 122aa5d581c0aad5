import { type Expression, findExpression } from "./armExpression.ts";
import { callFunction } from "./armFunctions.ts";
import { describe, isList, isObject, isOpaque, memberAt, opaque, type Value, type ValueObject } from "./armValues.ts";

/** A resource as a deployment with these parameters would ask for it. */
export interface DeployedResource {
  readonly type: string;
  readonly name: string;
  readonly body: ValueObject;
  /** By what name other resources of its template depend on it. */
  readonly symbol: string;
}

/** A deployment inside the template: what it waits for, and what it makes. */
export interface Module {
  readonly symbol: string;
  readonly dependsOn: readonly string[];
  readonly resources: readonly DeployedResource[];
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
  /** Those whose conditions hold. */
  readonly modules: readonly Module[];
}

interface Found {
  readonly resources: DeployedResource[];
  readonly templates: Template[];
  readonly modules: Module[];
}

interface Scope {
  readonly template: ValueObject;
  readonly parameters: ValueObject;
  readonly copyIndex?: number;
  readonly lambda?: ValueObject;
  /** Variables of the template whose values were asked for already. */
  readonly known: Map<string, Value>;
}

const resourcesMax = 1000;

/** Follows a compiled template and its modules with the given parameters, through conditions and loops. */
export function deploy(template: ValueObject, parameters: ValueObject = {}): Deployment {
  const found: Found = { resources: [], templates: [], modules: [] };
  follow({ template, parameters, known: new Map() }, "template", found);
  return found;
}

function follow(scope: Scope, trail: string, found: Found): void {
  found.templates.push({ trail, body: scope.template });
  for (const [symbol, resource] of listResources(scope.template)) {
    if (resource["existing"] === true) continue;
    const inner = memberAt(resource, "properties", "template");
    for (const turn of turnsOf(resource, scope)) {
      const isDeployed = evaluate(resource["condition"] ?? true, turn) !== false;
      if (isObject(inner)) followModule({ symbol, resource, inner, isDeployed }, turn, trail, found);
      else if (isDeployed) found.resources.push(toDeployed(symbol, resource, turn));
    }
    if (found.resources.length > resourcesMax) throw new Error(`The template has more than ${resourcesMax} resources.`);
  }
}

interface FoundModule {
  readonly symbol: string;
  readonly resource: ValueObject;
  readonly inner: ValueObject;
  readonly isDeployed: boolean;
}

function followModule(
  { symbol, resource, inner, isDeployed }: FoundModule,
  turn: Scope,
  trail: string,
  found: Found,
): void {
  const parameters = readParameters(evaluate(memberAt(resource, "properties", "parameters") ?? {}, turn));
  const name = describe(evaluate(resource["name"] ?? "", turn));
  const own: Found = { resources: [], templates: found.templates, modules: isDeployed ? found.modules : [] };
  follow({ template: inner, parameters, known: new Map() }, `${trail} / ${name}`, own);
  if (!isDeployed) return;
  const waitsFor = evaluate(resource["dependsOn"] ?? [], turn);
  const dependsOn = isList(waitsFor) ? waitsFor.map(describe) : [];
  found.modules.push({ symbol, dependsOn, resources: own.resources });
  found.resources.push(...own.resources);
}

function toDeployed(symbol: string, resource: ValueObject, scope: Scope): DeployedResource {
  const { type = "", name = "", copy: _, ...members } = resource;
  const body = evaluate(members, scope);
  return { type: describe(type), name: describe(evaluate(name, scope)), body: isObject(body) ? body : {}, symbol };
}

/** With symbolic names resources are members of an object, without them items of a list. */
function listResources(template: ValueObject): [symbol: string, resource: ValueObject][] {
  const resources = template["resources"];
  return Object.entries(isList(resources) || isObject(resources) ? resources : {}).flatMap(([symbol, resource]) =>
    isObject(resource) ? [[symbol, resource] satisfies [string, ValueObject]] : [],
  );
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
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [describe(evaluate(key, scope)), evaluate(member, scope)]),
  );
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
    case "reference":
      return (
        referTo(argument(0), scope) ??
        callFunction(
          name,
          given.map((_, place) => argument(place)),
        )
      );
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

/** A resource that is named by its symbol, as its id, and a module as its outputs; undefined where there is neither. */
function referTo(symbol: Value, scope: Scope): Value | undefined {
  const resource = memberAt(scope.template, "resources", describe(symbol));
  if (!isObject(resource)) return undefined;
  const inner = memberAt(resource, "properties", "template");
  if (isObject(inner)) return { outputs: readOutputs(inner, resource, scope) };
  const names = describe(evaluate(resource["name"] ?? "", scope)).split("/");
  return opaque(`<reference(<resourceId(${[describe(resource["type"]), ...names].join(", ")})>)>`);
}

function readOutputs(inner: ValueObject, resource: ValueObject, scope: Scope): ValueObject {
  const parameters = readParameters(evaluate(memberAt(resource, "properties", "parameters") ?? {}, scope));
  const outputs = inner["outputs"];
  const innerScope: Scope = { template: inner, parameters, known: new Map() };
  const value = (output: Value): Value => evaluate(memberAt(output, "value") ?? null, innerScope);
  const all = isObject(outputs) ? Object.entries(outputs) : [];
  return Object.fromEntries(all.map(([name, output]) => [name, { value: value(output) }]));
}

function readFrom(section: "parameters" | "variables", name: string, scope: Scope): Value {
  if (section === "variables") {
    const value = scope.known.get(name) ?? evaluate(readVariable(name, scope.template), scope);
    scope.known.set(name, value);
    return value;
  }
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
