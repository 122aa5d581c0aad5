// That what a resource names is there before it: modules find each other's resources by name, so no compiler sees to it.
import { describe, isList, memberAt } from "./armValues.ts";
import type { DeployedResource, Deployment, Module } from "./compiledTemplate.ts";
import { type Assertion, idsIn, isSame, ofType } from "./resourceIds.ts";

/** Which resource waits for which in the same module, although it does not name it. */
const siblings: readonly (readonly [later: string, earlier: string])[] = [
  ["Microsoft.Storage/storageAccounts/managementPolicies", "Microsoft.Storage/storageAccounts/blobServices"],
  ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "Microsoft.Network/privateDnsZones/virtualNetworkLinks"],
];

/** Which resource waits for which in another module. */
const orders: readonly (readonly [later: string, earlier: string, why: string])[] = [
  ["Microsoft.Web/sites", "Microsoft.Authorization/roleAssignments", "without its roles the app reads no package"],
];

export const orderAssertions: Readonly<Record<string, Assertion>> = {
  "what a resource names is there before it": ({ modules }) =>
    modules.flatMap((module) => {
      const before = earlierThan(module, modules);
      return module.resources.flatMap((resource) => unresolved(resource, module, before, modules));
    }),
  "what a resource needs is there before it": (deployment) => [
    ...orders.flatMap(([later, earlier, why]) => outOfOrder(deployment, later, earlier, why)),
    ...deployment.modules.flatMap(({ resources }) =>
      siblings.flatMap(([later, earlier]) => unawaited(resources, later, earlier)),
    ),
  ],
};

const accountType = "Microsoft.Storage/storageAccounts";
/** What must be there before an account closes, lest a running system is cut off from it. */
const wayIn = ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "Microsoft.Web/sites"];

/** For a deployment that switches the private network on for a running system. */
export const closingAssertions: Readonly<Record<string, Assertion>> = {
  "accounts close last": ({ modules, resources }) => {
    const names = new Set(ofType(resources, accountType).map(({ name }) => name));
    return [...names].flatMap((name) => {
      const closing = modules.filter(({ resources: made }) => isClosing(made, name));
      const early = closing.flatMap((module) => unreachedBefore(module, modules));
      return [
        ...(closing.length === 1 ? [] : [`The account ${name} is closed by ${closing.length} modules.`]),
        ...early.map((symbol) => `The account ${name} closes before ${symbol} is there.`),
      ];
    });
  },
};

function isClosing(resources: readonly DeployedResource[], account: string): boolean {
  return ofType(resources, accountType).some(
    ({ name, body }) => name === account && memberAt(body, "properties", "publicNetworkAccess") === "Disabled",
  );
}

function unreachedBefore(closing: Module, modules: readonly Module[]): string[] {
  const before = earlierThan(closing, modules);
  return modules
    .filter(({ resources }) => wayIn.some((type) => ofType(resources, type).length > 0))
    .map(({ symbol }) => symbol)
    .filter((symbol) => !before.has(symbol));
}

function unresolved(
  { name, body }: DeployedResource,
  module: Module,
  before: ReadonlySet<string>,
  modules: readonly Module[],
): string[] {
  return idsIn(body).flatMap((id) => {
    const owner = modules.find(({ resources }) =>
      resources.some((resource) => isSame(resource, id) || isPartOf(id, resource)),
    );
    if (owner === undefined) return [`${name} names the ${id.type} ${id.name}, which the template does not make.`];
    if (owner === module || before.has(owner.symbol)) return [];
    return [`${module.symbol} names ${id.name} and does not wait for ${owner.symbol}, which makes it.`];
  });
}

/** Subnets and the like are made with the resource that they are part of. */
function isPartOf(id: { readonly type: string; readonly name: string }, resource: DeployedResource): boolean {
  return id.type === `${resource.type}/subnets` && id.name.startsWith(`${resource.name}/`);
}

/** Symbols of the modules that this one waits for, through others too. */
function earlierThan(module: Module, modules: readonly Module[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...module.dependsOn];
  for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop()) {
    if (found.has(symbol)) continue;
    found.add(symbol);
    waiting.push(...(modules.find((one) => one.symbol === symbol)?.dependsOn ?? []));
  }
  return found;
}

function outOfOrder({ modules }: Deployment, later: string, earlier: string, why: string): string[] {
  const makers = (type: string): Module[] => modules.filter(({ resources }) => ofType(resources, type).length > 0);
  return makers(later).flatMap((module) =>
    makers(earlier)
      .filter(({ symbol }) => !earlierThan(module, modules).has(symbol))
      .map(({ symbol }) => `${module.symbol} does not wait for ${symbol}: ${why}.`),
  );
}

function unawaited(resources: readonly DeployedResource[], later: string, earlier: string): string[] {
  const symbols = new Set(ofType(resources, earlier).map(({ symbol }) => symbol));
  return ofType(resources, later)
    .filter(({ body }) => {
      const waitsFor = body["dependsOn"];
      const awaited = isList(waitsFor) ? waitsFor.map((one) => describe(one).replace(/\[\d+\]$/, "")) : [];
      return symbols.size > 0 && !awaited.some((symbol) => symbols.has(symbol));
    })
    .map(({ name }) => `${name} does not wait for ${[...symbols].join(", ")}.`);
}
