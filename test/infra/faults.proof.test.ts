import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readTemplate } from "../../local/infra/readTemplate.ts";
import { checkWholeTemplate } from "../../local/infra/wholeTemplate.ts";

// A check is worth what it notices. Each fault below makes one thing of the compiled template wrong, in a way that compiles
// and deploys; some check must say so.

const committed = readFileSync(path.join(import.meta.dirname, "..", "..", "infra", "main.json"), "utf8");

/** The template with a text replaced wherever it stands. */
function replaced(from: string, to: string): string {
  const text = committed.replaceAll(from, to);
  if (text === committed) throw new Error(`There is no ${from} in the template.`);
  return text;
}

/** The template whose module no longer waits for another one. */
function unawaited(module: string, awaited: string): string {
  const template: { readonly resources: Record<string, { dependsOn: string[] }> } = JSON.parse(committed);
  const found = template.resources[module]!;
  if (!found.dependsOn.includes(awaited)) throw new Error(`${module} does not wait for ${awaited}.`);
  found.dependsOn = found.dependsOn.filter((symbol) => symbol !== awaited);
  return JSON.stringify(template);
}

/** The template that gives a module another value. */
function given(module: string, parameter: string, value: unknown): string {
  interface Parameters {
    readonly properties: { readonly parameters: Record<string, { value: unknown }> };
  }
  const template: { readonly resources: Record<string, Parameters> } = JSON.parse(committed);
  template.resources[module]!.properties.parameters[parameter]!.value = value;
  return JSON.stringify(template);
}

const entry = (account: string, role: string): string =>
  `                "account": "[variables('${account}')]",\n                "roleId": "[variables('roleIds').${role}]"`;

type Fault = readonly [what: string, template: string, assertion: string];

const roles: readonly Fault[] = [
  ...["storageBlobDataOwner", "storageQueueDataContributor", "storageTableDataContributor"].map((role): Fault => {
    const another = role === "storageBlobDataOwner" ? "storageTableDataContributor" : "storageBlobDataOwner";
    return [
      `no ${role} on the account of the host`,
      replaced(entry("host", role), entry("host", another)),
      "the identity has the roles that the code needs",
    ];
  }),
  [
    "a weaker role on the data",
    replaced(entry("data", "storageBlobDataContributor"), entry("data", "storageQueueDataContributor")),
    "the identity has the roles that the code needs",
  ],
  [
    "a role that does not exist",
    replaced("974c5e8b-45b9-4653-ba55-5f855dd0fb88", "974c5e8b-45b9-4653-ba55-5f855dd0fb89"),
    "the identity has the roles that the code needs",
  ],
  [
    "the role of telemetry gone",
    replaced("3913510d-42f4-4e42-8a64-420c390055eb", "43d0d8ad-25c7-4714-9337-8ba259a9fe05"),
    "the identity has the roles that the code needs",
  ],
  [
    "the last role gone",
    replaced(`"[length(variables('assignments'))]"`, "5"),
    "the identity has the roles that the code needs",
  ],
  [
    "a role that nothing needs",
    replaced(entry("data", "storageTableDataContributor"), entry("data", "storageBlobDataOwner")),
    "the identity has the roles that the code needs",
  ],
  [
    "a principal of the wrong type",
    replaced(`"principalType": "ServicePrincipal"`, `"principalType": "User"`),
    "roles go to the identity of the app",
  ],
  [
    "roles for another id of the identity",
    replaced("'2024-11-30').principalId", "'2024-11-30').clientId"),
    "roles go to the identity of the app",
  ],
];

const wiring: readonly Fault[] = [
  [
    "the identity's principal id as client id",
    replaced(
      "'DataStorage__clientId', reference('identity').clientId",
      "'DataStorage__clientId', reference('identity').principalId",
    ),
    "every client id is that of the identity",
  ],
  [
    "telemetry with the principal id",
    replaced(
      "Authorization=AAD', reference('identity').clientId",
      "Authorization=AAD', reference('identity').principalId",
    ),
    "every client id is that of the identity",
  ],
  [
    "data in the account of the host",
    replaced("reference('dataAccount').", "reference('hostAccount')."),
    "each connection leads to its own account",
  ],
  [
    "queues in the account of the host",
    replaced("reference('dataAccount').primaryEndpoints.queue", "reference('hostAccount').primaryEndpoints.queue"),
    "each connection leads to its own account",
  ],
  [
    "the address of queues for blobs",
    replaced("reference('dataAccount').primaryEndpoints.blob", "reference('dataAccount').primaryEndpoints.queue"),
    "each connection leads to its own account",
  ],
  [
    "a package that another identity fetches",
    replaced(
      `"userAssignedIdentityResourceId": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('identityName'))]"`,
      `"userAssignedIdentityResourceId": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'another')]"`,
    ),
    "the package is where the app looks for it",
  ],
  [
    "a package in another container",
    given("functionApp", "deploymentContainerName", "another"),
    "the package is where the app looks for it",
  ],
  ["a table that is not made", replaced(`"idempotency",`, ""), "the account of the data has what the code opens"],
  [
    "a container of another name",
    replaced(`"outbound",`, `"outbounds",`),
    "the account of the data has what the code opens",
  ],
  ["a queue of another name", replaced(`"work-poison"`, `"poison"`), "the account of the data has what the code opens"],
];

const order: readonly Fault[] = [
  ["an app before its roles", unawaited("functionApp", "access"), "what a resource needs is there before it"],
  ["roles before the identity", unawaited("access", "identity"), "what a resource names is there before it"],
  ["roles before the accounts", unawaited("access", "dataStorage"), "what a resource names is there before it"],
  ["endpoints before the accounts", unawaited("network", "hostStorage"), "what a resource names is there before it"],
  [
    "endpoints before their zones count",
    replaced(`                "zoneLinks",\n                "[`, `                "[`),
    "what a resource needs is there before it",
  ],
  [
    "a rule before the service",
    replaced(`"account",\n                "account::blobs"`, `"account"`),
    "what a resource needs is there before it",
  ],
  [
    "an account that closes before the app is in its network",
    unawaited("hostStorageClosed", "functionApp"),
    "accounts close last",
  ],
  [
    "an account that closes first",
    replaced(
      "and(parameters('usePrivateNetwork'), not(parameters('isPrivateNetworkNew')))",
      "parameters('usePrivateNetwork')",
    ),
    "accounts close last",
  ],
  ["a name of nothing", given("functionApp", "insightsName", "other"), "what a resource names is there before it"],
];

const network: readonly Fault[] = [
  [
    "a zone of another name",
    replaced("privatelink.{0}.{1}", "private.{0}.{1}"),
    "each endpoint is found by the name of its service",
  ],
  [
    "a zone of one cloud alone",
    replaced("environment().suffixes.storage", "'core.windows.net'"),
    "each endpoint is found by the name of its service",
  ],
  [
    "a zone of another service",
    replaced(
      "resourceId('Microsoft.Network/privateDnsZones', variables('zoneNames')[mod(",
      "resourceId('Microsoft.Network/privateDnsZones', variables('zoneNames')[div(",
    ),
    "each endpoint is found by the name of its service",
  ],
  [
    "a link to another network",
    replaced(
      `"id": "[variables('networkId')]"`,
      `"id": "[resourceId('Microsoft.Network/virtualNetworks', 'another')]"`,
    ),
    "each zone counts in the network",
  ],
  [
    "an endpoint of the app under another name",
    replaced("privatelink.azurewebsites.net", "azurewebsites.net"),
    "each endpoint is found by the name of its service",
  ],
  [
    "endpoints in the subnet of the app",
    replaced(
      "'Microsoft.Network/virtualNetworks/subnets', variables('networkName'), 'endpoints')",
      "'Microsoft.Network/virtualNetworks/subnets', variables('networkName'), 'app')",
    ),
    "endpoints lie in a subnet of their own",
  ],
];

const hardening: readonly Fault[] = [
  [
    "deleted blobs gone",
    replaced(
      `"deleteRetentionPolicy": {\n                  "enabled": true`,
      `"deleteRetentionPolicy": {\n                  "enabled": false`,
    ),
    "what protects is on",
  ],
  [
    "deleted containers gone",
    replaced(
      `"containerDeleteRetentionPolicy": {\n                  "enabled": true`,
      `"containerDeleteRetentionPolicy": {\n                  "enabled": false`,
    ),
    "what protects is on",
  ],
  [
    "storage by TLS 1.0",
    replaced(`"minimumTlsVersion": "TLS1_2"`, `"minimumTlsVersion": "TLS1_0"`),
    "what protects is on",
  ],
  ["the app by TLS 1.0", replaced(`"minTlsVersion": "1.2"`, `"minTlsVersion": "1.0"`), "what protects is on"],
  ["packages by TLS 1.0", replaced(`"scmMinTlsVersion": "1.2"`, `"scmMinTlsVersion": "1.0"`), "what protects is on"],
  ["files over FTP", replaced(`"ftpsState": "Disabled"`, `"ftpsState": "FtpsOnly"`), "what protects is on"],
  [
    "pages of everybody",
    replaced(`"ftpsState": "Disabled"`, `"ftpsState": "Disabled", "cors": { "allowedOrigins": ["*"] }`),
    "what protects is on",
  ],
  [
    "storage without TLS",
    replaced(`"supportsHttpsTrafficOnly": true`, `"supportsHttpsTrafficOnly": false`),
    "what protects is on",
  ],
  [
    "an app that answers beside its endpoint",
    given("functionApp", "isPublic", true),
    "the app answers only whom it should",
  ],
  ["packages from anywhere", given("functionApp", "deployerAddresses", []), "the app answers only whom it should"],
  ["callers from anywhere", given("functionApp", "allowedAddresses", []), "the app answers only whom it should"],
  [
    "callers who may deploy",
    replaced(`"scmIpSecurityRestrictionsUseMain": false`, `"scmIpSecurityRestrictionsUseMain": true`),
    "the app answers only whom it should",
  ],
  [
    "a log of the app that is off",
    replaced(
      `"category": "FunctionAppLogs",\n                    "enabled": true`,
      `"category": "FunctionAppLogs",\n                    "enabled": false`,
    ),
    "the app says what ails it",
  ],
  ["deletions that nobody sees", replaced(`"StorageDelete"\n`, `"StorageRead"\n`), "writes to blobs are logged"],
];

const queries: readonly Fault[] = [
  ["a column that there is not", replaced("max(Sum)", "max(Summ)"), "alerts ask for what there is"],
  ["a table that there is not", replaced("AppRequests | where", "AppRequest | where"), "alerts ask for what there is"],
  ["a function that there is not", replaced("isnotempty(", "isnotemtpy("), "alerts ask for what there is"],
  [
    "an operator that there is not",
    replaced("| summarize Before", "| sumarize Before"),
    "alerts ask for what there is",
  ],
  ["a tick of another name", replaced(`\\"processingTick\\"`, `\\"processTick\\"`), "alerts ask for what there is"],
  [
    "a metric of another name",
    replaced(`"parked": "integration.messages.parked"`, `"parked": "integration.messages.park"`),
    "alerts ask for what there is",
  ],
  [
    "a property of another name",
    replaced(`"activityId": "integration.activity_id"`, `"activityId": "integration.activityId"`),
    "alerts ask for what there is",
  ],
  [
    "a measure that the query does not give",
    replaced(`"metricMeasureColumn": "Value"`, `"metricMeasureColumn": "Values"`),
    "alerts ask for what there is",
  ],
  [
    "a dimension that the query does not give",
    replaced("by ActivityId = tostring", "by Activity = tostring"),
    "alerts ask for what there is",
  ],
  [
    "alerts that cost money for each job",
    replaced("and(parameters('isByJob'), variables('rules')", "or(parameters('isByJob'), variables('rules')"),
    "alerts cost the same however many jobs there are",
  ],
  [
    "ticks that are missed before the app was deployed",
    replaced("iff(Before > 0 and (", "iff(("),
    "ticks are missed after the first one",
  ],
  [
    "a look back that ends where a tick is missed",
    replaced("'missed-ticks'), 'P2D'", "'missed-tick'), 'P2D'"),
    "ticks are missed after the first one",
  ],
  [
    "a test that asks whether the app lives, and no more",
    replaced("{0}/healthz/ready", "{0}/healthz"),
    "somebody asks whether the service is ready",
  ],
  [
    "a test whose results belong nowhere",
    replaced("hidden-link:{0}", "hidden:{0}"),
    "somebody asks whether the service is ready",
  ],
  ["a test that no alert speaks of", given("alerts", "isProbed", false), "somebody asks whether the service is ready"],
  ["a test that is not made", given("probe", "locationIds", []), "somebody asks whether the service is ready"],
  [
    "a column of a chart that there is not",
    replaced("percentile(DurationMs, 95)", "percentile(Duration, 95)"),
    "charts ask for what there is",
  ],
  [
    "a metric that no chart shows",
    replaced("variables('metrics').waiting,", "variables('metrics').parked,"),
    "every metric is charted",
  ],
  [
    "alerts that are off",
    replaced(
      `"description": "[variables('rules')[copyIndex()].description]",\n                "enabled": true`,
      `"description": "[variables('rules')[copyIndex()].description]",\n                "enabled": false`,
    ),
    "alerts are raised",
  ],
];

const keeping: readonly Fault[] = [
  [
    "a key that the queues do not use",
    replaced(
      "'queue', createObject('enabled', true(), 'keyType', 'Account')",
      "'queue', createObject('enabled', true(), 'keyType', 'Service')",
    ),
    "the data are encrypted with the key that was given",
  ],
  [
    "a key without its name",
    replaced("'keyname', variables('keyParts')[4]", "'keyname', variables('keyParts')[3]"),
    "the data are encrypted with the key that was given",
  ],
  ["a key that nobody uses", given("dataStorage", "keyUri", ""), "the data are encrypted with the key that was given"],
  [
    "a key that is dropped where the account closes",
    given("dataStorageClosed", "keyUri", ""),
    "the data are encrypted with the key that was given",
  ],
  [
    "an account without the identity of its key",
    replaced(
      "'userAssignedIdentities', createObject(format('{0}', variables('keyIdentity'))",
      "'userAssignedIdentities', createObject(format('{0}x', variables('keyIdentity'))",
    ),
    "the data are encrypted with the key that was given",
  ],
  ["a lock that is not made", given("dataStorage", "isLocked", false), "what is made a second time is made whole"],
  ["a lock that keeps nothing", replaced(`"CanNotDelete"`, `"NotSpecified"`), "the data account cannot be deleted"],
  [
    "no versions",
    replaced(`"isVersioningEnabled": "[parameters('hasVersions')]"`, `"isVersioningEnabled": false`),
    "versions are kept, and not for ever",
  ],
  [
    "versions for ever",
    replaced("createArray(variables('backstop'), variables('versionsEnd'))", "createArray(variables('backstop'))"),
    "versions are kept, and not for ever",
  ],
  [
    "another time to bring blobs back where the account closes",
    given("dataStorageClosed", "softDeleteDays", 1),
    "what is made twice is made the same, but for who reaches it",
  ],
  [
    "payloads that go earlier where the account closes",
    given("dataStorageClosed", "expiryDays", 1),
    "what is made twice is made the same, but for who reaches it",
  ],
  [
    "a queue fewer where the account closes",
    given("dataStorageClosed", "queueNames", []),
    "what is made a second time is made whole",
  ],
  [
    "instances that go all at once",
    given("functionApp", "updateStrategy", "Recreate"),
    "instances are replaced in turn",
  ],
];

const kinds = { roles, wiring, order, network, hardening, queries, keeping };

for (const [kind, faults] of Object.entries(kinds)) {
  describe(`the checks of ${kind}`, () => {
    for (const [what, template, assertion] of faults) {
      test(`notice ${what}`, () => {
        const found = checkWholeTemplate(readTemplate(template)).map((finding) => finding.assertion);

        expect(found).toContain(assertion);
      });
    }
  });
}
