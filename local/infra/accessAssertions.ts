// That the identity has the roles that the code needs and no others, and that all settings speak of the same things.
import { containerNames, queueNames, tableNames } from "../../shared/storage/ground/names.ts";
import { textSettings } from "../../shared/settings.ts";
import { describe, isObject, memberAt, type Value, type ValueObject } from "./armValues.ts";
import type { DeployedResource, Deployment } from "./compiledTemplate.ts";
import { type Assertion, idIn, ofType, type ResourceId } from "./resourceIds.ts";

/** Azure's own roles, by what they are called: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const roleIds: Readonly<Record<string, string>> = {
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
};
const hostConnection = "AzureWebJobsStorage";
const services = ["blob", "queue", "table"] as const;
const storageType = "Microsoft.Storage/storageAccounts";
const identityType = "Microsoft.ManagedIdentity/userAssignedIdentities";

export const accessAssertions: Readonly<Record<string, Assertion>> = {
  "the identity has the roles that the code needs": (deployment) => {
    const [needed, given] = [neededRoles(deployment), givenRoles(deployment)];
    return [
      ...needed.filter((role) => !given.includes(role)).map((role) => `Nobody gives the identity ${role}.`),
      ...given.filter((role) => !needed.includes(role)).map((role) => `Nothing needs ${role}.`),
    ];
  },
  "roles go to the identity of the app": (deployment) =>
    ofType(deployment.resources, "Microsoft.Authorization/roleAssignments").flatMap((one) =>
      principalProblems(one, identityOf(deployment)),
    ),
  "every client id is that of the identity": (deployment) =>
    settingsOf(deployment)
      .filter(([name]) => /__clientId$|^APPLICATIONINSIGHTS_AUTHENTICATION_STRING$/.test(name))
      .filter(([, value]) => !isMemberOf(value, identityOf(deployment), "clientId"))
      .map(([name]) => `The setting ${name} is not the client id of the identity of the app.`),
  "each connection leads to its own account": (deployment) => connectionProblems(deployment),
  "the account of the data has what the code opens": (deployment) => missingPlaces(deployment),
  "the package is where the app looks for it": (deployment) =>
    ofType(deployment.resources, "Microsoft.Web/sites").flatMap((app) => packageProblems(app, deployment)),
};

function settingsOf({ resources }: Deployment): [string, Value][] {
  return ofType(resources, "Microsoft.Web/sites/config").flatMap(({ body }) => {
    const properties = body["properties"];
    return isObject(properties) ? Object.entries(properties) : [];
  });
}

function identityOf({ resources }: Deployment): ResourceId | undefined {
  const [app] = ofType(resources, "Microsoft.Web/sites");
  const identities = memberAt(app?.body, "identity", "userAssignedIdentities");
  return isObject(identities) ? idIn(Object.keys(identities)[0]) : undefined;
}

function neededRoles(deployment: Deployment): string[] {
  return settingsOf(deployment).flatMap(([name, value]) => {
    const account = idIn(value)?.name;
    if (name === "APPLICATIONINSIGHTS_CONNECTION_STRING") return [`Monitoring Metrics Publisher on ${account}`];
    const [, connection, service = ""] = /^(\w+)__(blob|queue|table)ServiceUri$/.exec(name) ?? [];
    if (connection === undefined) return [];
    const kind = `${service[0]!.toUpperCase()}${service.slice(1)}`;
    // The host takes leases for its timers; Owner of blobs is what it asks for.
    const level = connection === hostConnection && service === "blob" ? "Owner" : "Contributor";
    return [`Storage ${kind} Data ${level} on ${account}`];
  });
}

function givenRoles({ resources }: Deployment): string[] {
  return ofType(resources, "Microsoft.Authorization/roleAssignments").map(({ body }) => {
    const id = describe(memberAt(body, "properties", "roleDefinitionId"));
    const role = Object.entries(roleIds).find(([, roleId]) => id.includes(roleId))?.[0] ?? `the role ${id}`;
    return `${role} on ${idIn(body["scope"])?.name}`;
  });
}

function principalProblems({ name, body }: DeployedResource, identity: ResourceId | undefined): string[] {
  const principal = memberAt(body, "properties", "principalId");
  return [
    ...(isMemberOf(principal, identity, "principalId") ? [] : [`The role assignment ${name} is for somebody else.`]),
    // Of another type, Azure looks for the new identity among people, and fails until it is known everywhere.
    ...(memberAt(body, "properties", "principalType") === "ServicePrincipal"
      ? []
      : [`The role assignment ${name} does not say that its principal is a service principal.`]),
  ];
}

function isMemberOf(value: Value | undefined, id: ResourceId | undefined, member: string): boolean {
  const found = idIn(value);
  const isIdentity = found?.type === identityType && found.name === id?.name;
  return isIdentity && new RegExp(`\\.${member}(;Authorization=AAD)?$`).test(describe(value));
}

function connectionProblems(deployment: Deployment): string[] {
  const settings: ValueObject = Object.fromEntries(settingsOf(deployment));
  const accountOf = (connection: string, service: string): string | undefined => {
    const value = settings[`${connection}__${service}ServiceUri`];
    const isRight = describe(value).endsWith(`.primaryEndpoints.${service}`) && idIn(value)?.type === storageType;
    return isRight ? idIn(value)!.name : undefined;
  };
  const connections = [hostConnection, textSettings.dataStorage.name];
  const [host, data] = connections.map((connection) => {
    const accounts = services.map((service) => accountOf(connection, service));
    return new Set(accounts).size === 1 ? accounts[0] : undefined;
  });
  return [
    ...(host === undefined ? [`${hostConnection} does not lead to the services of one account.`] : []),
    ...(data === undefined ? [`${connections[1]} does not lead to the services of one account.`] : []),
    ...(host !== undefined && host === data
      ? [`The data of the service lie in the account of the host, ${host}.`]
      : []),
  ];
}

function missingPlaces(deployment: Deployment): string[] {
  const uri = Object.fromEntries(settingsOf(deployment))[`${textSettings.dataStorage.name}__blobServiceUri`];
  const account = idIn(uri)?.name;
  const places: readonly (readonly [string, readonly string[]])[] = [
    ["blobServices/containers", Object.values(containerNames)],
    ["queueServices/queues", Object.values(queueNames)],
    ["tableServices/tables", Object.values(tableNames)],
  ];
  return places.flatMap(([kind, names]) => {
    const made = ofType(deployment.resources, `${storageType}/${kind}`).map(({ name }) => name);
    return names
      .filter((name) => !made.includes(`${account}/default/${name}`))
      .map((name) => `The account ${account} has no ${name} among its ${kind}.`);
  });
}

function packageProblems({ name, body }: DeployedResource, deployment: Deployment): string[] {
  const storage = memberAt(body, "properties", "functionAppConfig", "deployment", "storage");
  const identity = idIn(memberAt(storage, "authentication", "userAssignedIdentityResourceId"));
  const address = memberAt(storage, "value");
  const container = /\.primaryEndpoints\.blob([a-z0-9-]+)$/.exec(describe(address))?.[1];
  const place = `${idIn(address)?.name}/default/${container}`;
  const containers = ofType(deployment.resources, `${storageType}/blobServices/containers`);
  return [
    ...(identity !== undefined && identity.name === identityOf(deployment)?.name
      ? []
      : [`The app ${name} fetches its package with an identity that it does not have.`]),
    ...(containers.some((one) => one.name === place)
      ? []
      : [`The app ${name} looks for its package in ${place}, which is not made.`]),
  ];
}
