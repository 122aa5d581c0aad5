// What no linter says about a compiled template. Each assertion gives one sentence for each thing that is wrong.
import { textSettings } from "../../shared/settings.ts";
import { describe, isList, isObject, memberAt, type Value, type ValueObject } from "./armValues.ts";
import { type DeployedResource, type Deployment, type Template } from "./compiledTemplate.ts";
import { type Assertion, ofType } from "./resourceIds.ts";

export interface Finding {
  readonly assertion: string;
  readonly message: string;
}

const storageServices = ["blob", "queue", "table"];
/** Owner, Contributor, User Access Administrator, Role Based Access Control Administrator: none of them is for a service. */
const broadRoleIds = [
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  "b24988ac-6180-42a0-ab88-20f7382dd24c",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
];

const always: Readonly<Record<string, Assertion>> = {
  "shared keys are off": ({ resources }) =>
    storageAccounts(resources)
      .filter(({ body }) => memberAt(body, "properties", "allowSharedKeyAccess") !== false)
      .map(({ name }) => `The storage account ${name} does not set allowSharedKeyAccess to false.`),
  "public access is off": ({ resources }) => [
    ...storageAccounts(resources)
      .filter(({ body }) => memberAt(body, "properties", "allowBlobPublicAccess") !== false)
      .map(({ name }) => `The storage account ${name} does not set allowBlobPublicAccess to false.`),
    ...ofType(resources, "Microsoft.Storage/storageAccounts/blobServices/containers")
      .filter(({ body }) => (memberAt(body, "properties", "publicAccess") ?? "None") !== "None")
      .map(({ name }) => `The container ${name} is open to everybody.`),
  ],
  "connections are encrypted": ({ resources }) => [
    ...storageAccounts(resources)
      .filter(({ body }) => !/^TLS1_[23]$/.test(describe(memberAt(body, "properties", "minimumTlsVersion"))))
      .map(({ name }) => `The storage account ${name} takes connections below TLS 1.2.`),
    ...ofType(resources, "Microsoft.Web/sites")
      .filter(({ body }) => memberAt(body, "properties", "httpsOnly") !== true)
      .map(({ name }) => `The app ${name} answers without HTTPS.`),
  ],
  "the identity is in use": ({ resources }) => [
    ...ofType(resources, "Microsoft.Web/sites").flatMap(identityProblems),
    ...ofType(resources, "Microsoft.Web/sites/config").flatMap(settingsProblems),
  ],
  "Entra ID signs people in": ({ resources }) =>
    ofType(resources, "Microsoft.Web/sites/config").flatMap(signInProblems),
  "passwords for publishing are off": ({ resources }) =>
    ofType(resources, "Microsoft.Web/sites").flatMap(({ name }) =>
      ["ftp", "scm"]
        .filter((kind) => !isPublishingOff(resources, name, kind))
        .map((kind) => `The app ${name} takes the password of a publishing profile over ${kind}.`),
    ),
  "telemetry needs Entra ID": ({ resources }) => [
    ...ofType(resources, "Microsoft.Insights/components")
      .filter(({ body }) => memberAt(body, "properties", "DisableLocalAuth") !== true)
      .map(({ name }) => `The Application Insights component ${name} does not set DisableLocalAuth to true.`),
    ...ofType(resources, "Microsoft.OperationalInsights/workspaces")
      .filter(({ body }) => memberAt(body, "properties", "features", "disableLocalAuth") !== true)
      .map(({ name }) => `The workspace ${name} does not set features.disableLocalAuth to true.`),
  ],
  "roles are narrow": ({ resources }) =>
    ofType(resources, "Microsoft.Authorization/roleAssignments").flatMap(({ name, body }) => [
      ...(body["scope"] === undefined ? [`The role assignment ${name} is for more than one resource.`] : []),
      ...broadRoleIds
        .filter((id) => describe(memberAt(body, "properties", "roleDefinitionId")).includes(id))
        .map((id) => `The role assignment ${name} gives the broad role ${id}.`),
    ]),
  "secrets are declared": ({ templates }) => templates.flatMap(undeclaredSecrets),
  "outputs hold no secret": ({ templates }) => templates.flatMap(secretOutputs),
};

const whenPrivate: Readonly<Record<string, Assertion>> = {
  "the private option closes the accounts": ({ resources }) =>
    storageAccounts(resources)
      .filter(
        ({ body }) =>
          memberAt(body, "properties", "publicNetworkAccess") !== "Disabled" ||
          memberAt(body, "properties", "networkAcls", "defaultAction") !== "Deny",
      )
      .map(({ name }) => `The storage account ${name} is still reached from outside with the private option.`),
  "the private option leaves a way in": ({ resources }) => [
    ...storageAccounts(resources).flatMap(({ name }) =>
      storageServices
        .filter((service) => !hasEndpoint(resources, name, service))
        .map((service) => `The storage account ${name} has no private endpoint for ${service}.`),
    ),
    ...ofType(resources, "Microsoft.Web/sites")
      .filter(({ body }) => (memberAt(body, "properties", "virtualNetworkSubnetId") ?? null) === null)
      .map(({ name }) => `The app ${name} is in no subnet, so it cannot reach the private endpoints.`),
  ],
};

/** Everything that is wrong with a compiled template that was followed as it is, and with the private option. */
export function checkDeployments(asItIs: Deployment, closed: Deployment): readonly Finding[] {
  const findings = [...runAssertions(always, asItIs), ...runAssertions({ ...always, ...whenPrivate }, closed)];
  return onceEach(findings);
}

/** Findings without those that say the same as an earlier one. */
export function onceEach(findings: readonly Finding[]): readonly Finding[] {
  const messages = findings.map(({ message }) => message);
  return findings.filter(({ message }, place) => messages.indexOf(message) === place);
}

/** What assertions find in one deployment. */
export function runAssertions(assertions: Readonly<Record<string, Assertion>>, deployment: Deployment): Finding[] {
  return Object.entries(assertions).flatMap(([assertion, find]) =>
    find(deployment).map((message) => ({ assertion, message })),
  );
}

function storageAccounts(resources: readonly DeployedResource[]): readonly DeployedResource[] {
  return ofType(resources, "Microsoft.Storage/storageAccounts");
}

function identityProblems({ name, body }: DeployedResource): string[] {
  const storage = memberAt(body, "properties", "functionAppConfig", "deployment", "storage");
  const isUsed = describe(memberAt(body, "identity", "type")).includes("UserAssigned");
  const authentication = memberAt(storage, "authentication", "type");
  return [
    ...(isUsed ? [] : [`The app ${name} has no user-assigned identity.`]),
    ...(authentication === "UserAssignedIdentity" ? [] : [`The app ${name} fetches its package without its identity.`]),
  ];
}

/** A connection is a name with an address (`…__blobServiceUri`), which then says that the identity is its credential. */
function settingsProblems({ name, body }: DeployedResource): string[] {
  const properties = body["properties"];
  const settings = isObject(properties) ? properties : {};
  const secrets = Object.entries(settings).filter(([, value]) => isSecret(value));
  const connections = Object.keys(settings).flatMap((key) => /^(.+)__blobServiceUri$/.exec(key)?.[1] ?? []);
  const host = connections.includes("AzureWebJobsStorage")
    ? []
    : [`The host of ${name} has no connection by identity.`];
  return [
    ...(name.endsWith("appsettings") ? host : []),
    ...secrets.map(([key]) => `The setting ${key} of ${name} holds a secret.`),
    ...connections
      .filter((connection) => settings[`${connection}__credential`] !== "managedidentity")
      .map((connection) => `The connection ${connection} of ${name} does not use the identity.`),
    ...connections
      .filter((connection) => settings[connection] !== undefined)
      .map((connection) => `The connection ${connection} of ${name} has a connection string beside its identity.`),
  ];
}

/** By these settings the service says where people sign in, and whose tokens count. */
function signInProblems({ name, body }: DeployedResource): string[] {
  if (!name.endsWith("appsettings")) return [];
  const { tenantId, apiClientId, developmentIssuerUrl } = textSettings;
  return [
    ...[tenantId, apiClientId]
      .filter((setting) => (memberAt(body, "properties", setting.name) ?? null) === null)
      .map((setting) => `The app settings ${name} lack ${setting.name}, so nobody can sign in.`),
    ...(memberAt(body, "properties", developmentIssuerUrl.name) === undefined
      ? []
      : [`The app settings ${name} name a development issuer, which would let anybody in.`]),
  ];
}

function isPublishingOff(resources: readonly DeployedResource[], app: string, kind: string): boolean {
  return ofType(resources, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").some(
    ({ name, body }) => name === `${app}/${kind}` && memberAt(body, "properties", "allow") === false,
  );
}

function hasEndpoint(resources: readonly DeployedResource[], account: string, service: string): boolean {
  return ofType(resources, "Microsoft.Network/privateEndpoints").some(({ body }) => {
    const connections = memberAt(body, "properties", "privateLinkServiceConnections");
    return (isList(connections) ? connections : []).some((connection) => {
      const groups = memberAt(connection, "properties", "groupIds");
      const target = describe(memberAt(connection, "properties", "privateLinkServiceId"));
      return isList(groups) && groups.includes(service) && isIdOf(target, account);
    });
  });
}

/** The name ends the id, or is the last argument of the function that makes it. */
function isIdOf(id: string, account: string): boolean {
  return id.endsWith(`/${account}`) || id.endsWith(`, ${account})>`) || id.endsWith(`, ${account})>.id`);
}

const secretName =
  /password|passphrase|secret|credential|access_?key|account_?key|sas_?token|connection_?string|private_?key/i;
const secretValue =
  /AccountKey=|SharedAccess(Key|Signature)=|[?&]sig=|<list\w*\(|\blist(Keys|AccountSas|ServiceSas|Secrets)\w*\(/i;

function isSecret(value: Value): boolean {
  return secretValue.test(describe(value));
}

function undeclaredSecrets({ trail, body }: Template): string[] {
  return membersOf(body, "parameters")
    .filter(([name, declared]) => secretName.test(name) && !/^secure/i.test(describe(memberAt(declared, "type"))))
    .map(([name]) => `The parameter ${name} of the ${trail} looks like a secret and is not @secure.`);
}

function secretOutputs({ trail, body }: Template): string[] {
  return membersOf(body, "outputs")
    .filter(([name, declared]) => secretName.test(name) || isSecret(memberAt(declared, "value") ?? null))
    .map(([name]) => `The output ${name} of the ${trail} holds or is named like a secret.`);
}

function membersOf(body: ValueObject, section: string): [string, Value][] {
  const members = body[section];
  return isObject(members) ? Object.entries(members) : [];
}
