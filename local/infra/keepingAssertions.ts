// What keeps data from being lost, or read by whoever has a disk: it is chosen by parameters, and must then do what it says.
import { textSettings } from "../../shared/settings.ts";
import { describe, isList, isObject, memberAt, type Value } from "./armValues.ts";
import type { DeployedResource, Deployment } from "./compiledTemplate.ts";
import { type Assertion, idIn, ofType } from "./resourceIds.ts";

const accountType = "Microsoft.Storage/storageAccounts";

/** For a deployment that asks for all of it. */
export const keepingAssertions: Readonly<Record<string, Assertion>> = {
  "the data are encrypted with the key that was given": (deployment) =>
    dataAccounts(deployment).flatMap((account) =>
      keyProblems(account).map((problem) => `The data account ${account.name} ${problem}.`),
    ),
  "the data account cannot be deleted": (deployment) => {
    const locked = ofType(deployment.resources, "Microsoft.Authorization/locks")
      .filter(({ body }) => memberAt(body, "properties", "level") === "CanNotDelete")
      .map(({ body }) => idIn(body["scope"])?.name);
    return dataAccounts(deployment)
      .filter(({ name }) => !locked.includes(name))
      .map(({ name }) => `Nothing keeps the data account ${name} from being deleted.`);
  },
  "instances are replaced in turn": ({ resources }) =>
    ofType(resources, "Microsoft.Web/sites")
      .filter(
        ({ body }) =>
          memberAt(body, "properties", "functionAppConfig", "siteUpdateStrategy", "type") !== "RollingUpdate",
      )
      .map(({ name }) => `A deployment of ${name} ends the work of all instances.`),
  "versions are kept, and not for ever": (deployment) =>
    dataAccounts(deployment).flatMap(({ name }) => versionProblems(name, deployment)),
};

/** For a deployment that makes an account twice. */
export const twiceAssertions: Readonly<Record<string, Assertion>> = {
  "what is made twice is made the same, but for who reaches it": ({ modules }) => {
    const made = modules.flatMap(({ resources }) => resources);
    const texts = Map.groupBy(made, ({ type, name, body }) => `${type} ${name} ${scopeOf(body)}`);
    return [...texts]
      .filter(([, all]) => new Set(all.map(({ body }) => describe(withoutReach(body)))).size > 1)
      .map(([what]) => `The second time ${what.trim()} is made otherwise.`);
  },
  "what is made a second time is made whole": ({ modules }) => {
    const closing = modules.filter(({ symbol }) => symbol.endsWith("Closed"));
    return closing.flatMap(({ symbol, resources }) => {
      const first = modules.find((module) => `${module.symbol}Closed` === symbol)?.resources ?? [];
      return first.length === resources.length
        ? []
        : [`${symbol} makes ${resources.length} of ${first.length} things.`];
    });
  },
};

function scopeOf(body: Value): string {
  const id = idIn(memberAt(body, "scope"));
  return id === undefined ? "" : `${id.type} ${id.name}`;
}

function dataAccounts({ resources }: Deployment): readonly DeployedResource[] {
  const name = `${textSettings.dataStorage.name}__blobServiceUri`;
  const uris = ofType(resources, "Microsoft.Web/sites/config").map(({ body }) => memberAt(body, "properties", name));
  const accounts = new Set(uris.map((uri) => idIn(uri)?.name));
  return ofType(resources, accountType).filter((account) => accounts.has(account.name));
}

function keyProblems({ body }: DeployedResource): string[] {
  const encryption = memberAt(body, "properties", "encryption");
  const identity = describe(memberAt(encryption, "identity", "userAssignedIdentity"));
  const identities = memberAt(body, "identity", "userAssignedIdentities");
  const own = isObject(identities) ? Object.keys(identities) : [];
  const key = memberAt(encryption, "keyvaultproperties");
  return [
    ...(memberAt(encryption, "keySource") === "Microsoft.Keyvault" ? [] : ["is encrypted with a key of Azure's"]),
    ...(own.includes(identity) ? [] : ["does not have the identity that may use the key"]),
    ...(memberAt(key, "keyvaulturi") === "https://vault.example" && memberAt(key, "keyname") === "integrations"
      ? []
      : ["looks for another key"]),
    ...["queue", "table"]
      .filter((service) => memberAt(encryption, "services", service, "keyType") !== "Account")
      .map((service) => `does not encrypt what is in a ${service} with the key`),
  ];
}

function versionProblems(account: string, { resources }: Deployment): string[] {
  const named = (type: string): DeployedResource | undefined =>
    ofType(resources, `${accountType}/${type}`).find(({ name }) => name === `${account}/default`);
  const rules = memberAt(named("managementPolicies")?.body, "properties", "policy", "rules");
  return [
    ...(memberAt(named("blobServices")?.body, "properties", "isVersioningEnabled") === true
      ? []
      : [`The account ${account} keeps no versions.`]),
    ...((isList(rules) ? rules : []).some(endsVersions) ? [] : [`The account ${account} keeps versions for ever.`]),
  ];
}

function endsVersions(rule: Value): boolean {
  const days = memberAt(rule, "definition", "actions", "version", "delete", "daysAfterCreationGreaterThan");
  return memberAt(rule, "enabled") === true && typeof days === "number";
}

function withoutReach(value: Value): Value {
  if (isList(value)) return value.map(withoutReach);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => !["publicNetworkAccess", "networkAcls"].includes(key));
  return Object.fromEntries(members.map(([key, member]) => [key, withoutReach(member)]));
}
