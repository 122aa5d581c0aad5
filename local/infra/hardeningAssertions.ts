// What keeps a mistake or an attack small, and can be switched off without anybody noticing.
import { describe, isList, isObject, memberAt, type Value, type ValueObject } from "./armValues.ts";
import type { DeployedResource } from "./compiledTemplate.ts";
import { type Assertion, idIn, ofType } from "./resourceIds.ts";

/** Where a value stands in the body of a resource, and which it must be. */
type Rule = readonly [path: string, wanted: Value | ((value: Value | undefined) => boolean), otherwise: string];

const isWeek = (value: Value | undefined): boolean => typeof value === "number" && value >= 7;
const isEmpty = (value: Value | undefined): boolean =>
  value === undefined || value === null || (isList(value) && value.length === 0);

const rules: Readonly<Record<string, readonly Rule[]>> = {
  "Microsoft.Storage/storageAccounts": [
    ["properties.minimumTlsVersion", "TLS1_2", "takes connections below TLS 1.2"],
    ["properties.supportsHttpsTrafficOnly", true, "takes connections without TLS"],
    ["properties.allowCrossTenantReplication", false, "can be copied to another tenant"],
    ["properties.defaultToOAuthAuthentication", true, "asks for keys in the portal"],
    ["properties.networkAcls.bypass", "AzureServices", "shuts the lifecycle rule out"],
  ],
  "Microsoft.Storage/storageAccounts/blobServices": [
    ["properties.deleteRetentionPolicy.enabled", true, "does not keep deleted blobs"],
    ["properties.deleteRetentionPolicy.days", isWeek, "keeps deleted blobs for less than a week"],
    ["properties.containerDeleteRetentionPolicy.enabled", true, "does not keep deleted containers"],
    ["properties.containerDeleteRetentionPolicy.days", isWeek, "keeps deleted containers for less than a week"],
    ["properties.cors.corsRules", isEmpty, "lets pages of others in"],
  ],
  "Microsoft.Storage/storageAccounts/queueServices": [
    ["properties.cors.corsRules", isEmpty, "lets pages of others in"],
  ],
  "Microsoft.Storage/storageAccounts/tableServices": [
    ["properties.cors.corsRules", isEmpty, "lets pages of others in"],
  ],
  "Microsoft.Web/sites": [
    ["properties.httpsOnly", true, "answers without TLS"],
    ["properties.siteConfig.ftpsState", "Disabled", "takes files over FTP"],
    ["properties.siteConfig.minTlsVersion", "1.2", "takes connections below TLS 1.2"],
    ["properties.siteConfig.scmMinTlsVersion", "1.2", "takes packages below TLS 1.2"],
    ["properties.siteConfig.cors", isEmpty, "lets pages of others in"],
    ["properties.siteConfig.remoteDebuggingEnabled", (value) => value !== true, "can be debugged from afar"],
  ],
};

export const hardeningAssertions: Readonly<Record<string, Assertion>> = {
  "what protects is on": ({ resources }) =>
    Object.entries(rules).flatMap(([type, list]) =>
      ofType(resources, type).flatMap((resource) => list.flatMap((rule) => broken(resource, rule))),
    ),
  "the app says what ails it": ({ resources }) => {
    const sites = ofType(resources, "Microsoft.Web/sites").map(({ name }) => name);
    const settings = ofType(resources, "Microsoft.Insights/diagnosticSettings");
    return sites
      .filter((site) => !settings.some(({ body }) => isAbout(body, site) && isOn(body["properties"], "logs")))
      .map((site) => `The log of the app ${site} goes nowhere.`);
  },
  "writes to blobs are logged": ({ resources }) => {
    const settings = ofType(resources, "Microsoft.Insights/diagnosticSettings");
    return ofType(resources, "Microsoft.Storage/storageAccounts")
      .map(({ name }) => name)
      .filter((account) => !settings.some(({ body }) => isAbout(body, `${account}, default`) && logsWrites(body)))
      .map((account) => `Nobody can say who wrote or deleted blobs of ${account}.`);
  },
};

const inboundRules: readonly Rule[] = [
  ["properties.publicNetworkAccess", "Disabled", "answers from the internet beside its endpoint"],
  ["properties.siteConfig.ipSecurityRestrictionsDefaultAction", "Deny", "answers addresses that nobody allowed"],
  ["properties.siteConfig.scmIpSecurityRestrictionsDefaultAction", "Deny", "takes packages from anywhere"],
  ["properties.siteConfig.scmIpSecurityRestrictionsUseMain", false, "lets whoever calls it deploy"],
  ["properties.siteConfig.ipSecurityRestrictions", isOneAllowed, "does not allow the addresses that it should"],
  ["properties.siteConfig.scmIpSecurityRestrictions", isOneAllowed, "does not let deployers in"],
];

/** For a deployment whose app is reached through its endpoint alone, and by one range of addresses each. */
export const inboundAssertions: Readonly<Record<string, Assertion>> = {
  "the app answers only whom it should": ({ resources }) =>
    ofType(resources, "Microsoft.Web/sites").flatMap((app) => [
      ...inboundRules.flatMap((rule) => broken(app, rule)),
      ...(ofType(resources, "Microsoft.Network/privateEndpoints").some((endpoint) => leadsTo(endpoint, app))
        ? []
        : [`No endpoint leads to ${app.name}.`]),
    ]),
};

function isOneAllowed(value: Value | undefined): boolean {
  return isList(value) && value.length === 1 && memberAt(value[0], "action") === "Allow";
}

function leadsTo({ body }: DeployedResource, app: DeployedResource): boolean {
  const connections = memberAt(body, "properties", "privateLinkServiceConnections");
  const target = isList(connections) ? memberAt(connections[0], "properties", "privateLinkServiceId") : undefined;
  return idIn(target)?.name === app.name;
}

function broken({ type, name, body }: DeployedResource, [path, wanted, otherwise]: Rule): string[] {
  const value = memberAt(body, ...path.split("."));
  const isRight = typeof wanted === "function" ? wanted(value) : value === wanted;
  return isRight ? [] : [`${name} ${otherwise} (${type} ${path}).`];
}

function isAbout(body: ValueObject, name: string): boolean {
  return describe(body["scope"]).includes(`, ${name})`);
}

function isOn(properties: Value | undefined, kind: string): boolean {
  const entries = memberAt(properties, kind);
  return (
    isList(entries) && entries.length > 0 && entries.every((entry) => isObject(entry) && entry["enabled"] === true)
  );
}

function logsWrites(body: ValueObject): boolean {
  const logs = memberAt(body, "properties", "logs");
  const on = (isList(logs) ? logs : []).filter((log) => memberAt(log, "enabled") === true);
  const categories = on.map((log) => memberAt(log, "category"));
  return ["StorageWrite", "StorageDelete"].every((category) => categories.includes(category));
}
