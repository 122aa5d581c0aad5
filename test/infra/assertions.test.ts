import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkDeployments } from "../../local/infra/assertions.ts";
import type { ValueObject } from "../../local/infra/armValues.ts";
import { deploy } from "../../local/infra/compiledTemplate.ts";
import { readTemplate } from "../../local/infra/readTemplate.ts";

// compiled.json has the shape that the compiler gives: modules in modules, loops, conditions. Each change makes one thing
// of it wrong, and the assertion of that name, and no other, must say so.

const fixture = readFileSync(path.join(import.meta.dirname, "fixtures", "compiled.json"), "utf8");

function check(template: ValueObject): readonly { readonly assertion: string; readonly message: string }[] {
  return checkDeployments(deploy(template), deploy(template, { usePrivateNetwork: true }));
}

function changed(from: string, to: string): ValueObject {
  const parts = fixture.split(from);
  if (parts.length !== 2) throw new Error(`The fixture has ${parts.length - 1} places with ${from}.`);
  return readTemplate(parts.join(to));
}

const wrongs: readonly (readonly [assertion: string, from: string, to: string])[] = [
  ["shared keys are off", `"allowSharedKeyAccess": false,`, ""],
  ["shared keys are off", `"allowSharedKeyAccess": false`, `"allowSharedKeyAccess": "[not(parameters('isPrivate'))]"`],
  ["public access is off", `"allowBlobPublicAccess": false`, `"allowBlobPublicAccess": true`],
  ["public access is off", `"publicAccess": "None"`, `"publicAccess": "Blob"`],
  ["connections are encrypted", "TLS1_2", "TLS1_1"],
  ["connections are encrypted", `"httpsOnly": true,`, ""],
  ["the identity is in use", `"identity": { "type": "UserAssigned" }`, `"identity": { "type": "None" }`],
  ["the identity is in use", `"type": "UserAssignedIdentity"`, `"type": "StorageAccountConnectionString"`],
  ["the identity is in use", "'managedidentity'", "'none'"],
  ["the identity is in use", "'AzureWebJobsStorage__blobServiceUri'", "'Other__blobUri'"],
  ["the identity is in use", "'managedidentity',", "'managedidentity', 'AzureWebJobsStorage', 'a',"],
  [
    "the identity is in use",
    "'managedidentity',",
    "'managedidentity', 'Key', listKeys('account', '2026-04-01').keys[0].value,",
  ],
  ["Entra ID signs people in", "'TenantId', tenant().tenantId, ", ""],
  ["Entra ID signs people in", "'ApiClientId', 'api'", "'DataStorage__clientId', 'api'"],
  ["Entra ID signs people in", "'ApiClientId', 'api'", "'ApiClientId', 'api', 'DevelopmentIssuerUrl', ''"],
  ["passwords for publishing are off", `"allow": false`, `"allow": true`],
  ["passwords for publishing are off", "[length(createArray('ftp', 'scm'))]", "[length(createArray('ftp'))]"],
  ["telemetry needs Entra ID", `"DisableLocalAuth": true`, `"DisableLocalAuth": false`],
  ["telemetry needs Entra ID", `"features": { "disableLocalAuth": true }`, ""],
  ["roles are narrow", `"scope": "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]",`, ""],
  ["roles are narrow", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "b24988ac-6180-42a0-ab88-20f7382dd24c"],
  [
    "secrets are declared",
    `"isPrivate": { "type": "bool" }`,
    `"isPrivate": { "type": "bool" }, "clientSecret": { "type": "string" }`,
  ],
  [
    "outputs hold no secret",
    "reference('app').outputs.defaultHostName.value",
    "listKeys('account', '2026-04-01').keys[0].value",
  ],
  ["outputs hold no secret", `"baseUrl": {`, `"connectionString": {`],
  ["the private option closes the accounts", "'Disabled', 'Enabled'", "'Enabled', 'Enabled'"],
  ["the private option closes the accounts", "'Deny', 'Allow'", "'Allow', 'Allow'"],
  [
    "the private option closes the accounts",
    `"isPrivate": { "value": "[parameters('usePrivateNetwork')]" }`,
    `"isPrivate": { "value": false }`,
  ],
  ["the private option leaves a way in", `["blob", "queue", "table"]`, `["blob", "queue"]`],
  [
    "the private option leaves a way in",
    `"accountNames": { "value": ["[variables('accountName')]"] }`,
    `"accountNames": { "value": ["another"] }`,
  ],
  ["the private option leaves a way in", `"virtualNetworkSubnetId": "[parameters('subnetId')]",`, ""],
  [
    "the private option leaves a way in",
    `"condition": "[parameters('usePrivateNetwork')]"`,
    `"condition": "[not(parameters('usePrivateNetwork'))]"`,
  ],
];

describe("a compiled template", () => {
  test("that keeps every rule passes", () => {
    expect(check(readTemplate(fixture))).toEqual([]);
  });

  for (const [assertion, from, to] of wrongs) {
    test(`breaks "${assertion}" with ${to || `nothing for ${from}`}`, () => {
      const findings = check(changed(from, to));

      expect(new Set(findings.map((finding) => finding.assertion))).toEqual(new Set([assertion]));
    });
  }

  test("may have a secret as parameter where it is declared as one", () => {
    const template = changed(
      `"isPrivate": { "type": "bool" }`,
      `"isPrivate": { "type": "bool" }, "clientSecret": { "type": "securestring" }`,
    );

    expect(check(template)).toEqual([]);
  });

  test("is told apart from another JSON file", () => {
    expect(() => readTemplate(`{ "$schema": "https://json.schemastore.org/package.json" }`)).toThrow(
      "This is no compiled template",
    );
  });
});
