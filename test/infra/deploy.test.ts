import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const main = read("infra/main.bicep");
const guide = read("docs/deploy.md");
const workflow = read(".github/workflows/ci.yml");
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

/** Name and default of each parameter; the default is undefined where it is required. */
const parameters = new Map(
  [...main.matchAll(/^param (\w+) [^=\n]+?(?: = (.+))?$/gm)].map(([, name, byDefault]) => [name!, byDefault]),
);

describe("the guide to deploying", () => {
  const rows = new Map([...guide.matchAll(/^\| `(\w+)` \| (.+?) \| /gm)].map(([, name, text]) => [name!, text!]));

  test("lists the parameters of main.bicep, and no others", () => {
    expect([...rows.keys()].filter((name) => /^[a-z]/.test(name)).toSorted()).toEqual(
      [...parameters.keys()].toSorted(),
    );
  });

  test("tells the default of each number and switch", () => {
    const plain = [...parameters].filter(([, byDefault]) => /^(-?\d+|true|false)$/.test(byDefault ?? ""));

    expect(plain.length).toBeGreaterThan(10);
    expect(plain.filter(([name, byDefault]) => rows.get(name)?.split(" ")[0] !== byDefault)).toEqual([]);
  });

  test("calls required what has no default, and nothing else", () => {
    const required = [...parameters].filter(([, byDefault]) => byDefault === undefined).map(([name]) => name);

    expect([...rows].filter(([, text]) => text === "required").map(([name]) => name)).toEqual(required);
  });

  test("names outputs that there are", () => {
    const outputs = all(main, /^output (\w+) /gm);
    const named = [
      "baseUrl",
      "pageUrl",
      "openApiUrl",
      "defaultHostName",
      "customDomainVerification",
      "identityClientId",
    ];

    for (const name of [...named, "resourceGroupName", "functionAppName"]) {
      expect(guide).toContain(name);
      expect(outputs).toContain(name);
    }
  });

  test("names every output as the contract of the compiled template", () => {
    const [contract] = guide.match(/^`main\.json`, the compiled template,.*$/m)!;
    const named = all(contract, /`(\w+)`/g).filter((name) => !/^azd|^main/.test(name));

    expect(named.toSorted()).toEqual(all(main, /^output (\w+) /gm).toSorted());
  });

  test("says first which clients need a host name of one's own", () => {
    expect(guide.indexOf("azurewebsites.net")).toBeLessThan(guide.indexOf("## With azd"));
  });
});

describe("the guide to operating", () => {
  const operating = read("docs/operate.md");

  test("names tests of what is cut off that there are", () => {
    const named = all(operating, /`(test\/crash\/[\w./]+)`/g);

    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  test("says of each alert what to do", () => {
    const titles = all(read("infra/alerts.bicep"), /^ {4}title: '(.+)'$/gm);
    const [, table] = operating.split("## What to do on an alert");

    expect(titles.length).toBeGreaterThan(8);
    expect(titles.filter((title) => !table?.includes(`| ${title} |`))).toEqual([]);
  });

  test("unlocks what the template locks", () => {
    expect(operating).toContain(
      `az lock delete --name ${/'Microsoft\.Authorization\/locks.+\n {2}name: '(\w+)'/.exec(read("infra/storage.bicep"))?.[1]} `,
    );
  });
});

describe("a way to deploy", () => {
  test("asks for outputs that there are", () => {
    const outputs = all(main, /^output (\w+) /gm);

    expect(all(workflow, /jq -r \.(\w+)\.value/g).filter((name) => !outputs.includes(name))).toEqual([]);
  });

  test("runs scripts that there are", () => {
    const text = `${workflow}\n${read("azure.yaml")}\n${guide}`;
    const scripts = new Set(all(text, /node local\/run\.mjs ([\w./]+\.ts)/g));

    expect([...scripts].toSorted()).toEqual([
      "infra/askReady.ts",
      "infra/entra/register.ts",
      "local/audit.ts",
      "local/package.ts",
    ]);
    expect([...scripts].filter((script) => !existsSync(path.join(root, script)))).toEqual([]);
  });

  test("asks behind it whether the service is ready", () => {
    const behind = /^ {6}postdeploy:\n(?: {8}.*\n)+/m.exec(read("azure.yaml"))?.[0] ?? "";

    expect(all(behind, /run: (.+)$/gm)).toEqual(Array(2).fill("node local/run.mjs infra/askReady.ts"));
    expect(workflow.indexOf("infra/askReady.ts")).toBeGreaterThan(workflow.indexOf("config-zip"));
    expect(guide).toContain("node local/run.mjs infra/askReady.ts https://<defaultHostName>");
  });

  test("deploys to the app that the template marks", () => {
    const service = /^services:\n(?: *#.*\n)* {2}(\w+):/m.exec(read("azure.yaml"))?.[1];

    expect(read("infra/functionApp.bicep")).toContain(`'azd-service-name': '${service}'`);
  });

  test("registers the page behind the provisioning, by outputs that there are", () => {
    const outputs = all(main, /^output (\w+) /gm);
    const behind = /^ {2}postprovision:\n(?: {4}.*\n)+/m.exec(read("azure.yaml"))?.[0] ?? "";
    const script = read("infra/entra/register.ts");

    expect(all(behind, /^ {6}run: node .+ (--azd\S*)$/gm)).toEqual(["--azd-page", "--azd-page"]);
    for (const name of ["baseUrl", "defaultHostName"]) {
      expect(outputs).toContain(name);
      expect(script).toContain(`${name} = ""`);
    }
  });

  test("hands azd's settings over by the names that the registration reads", () => {
    const asked = all(read("infra/main.bicepparam"), /readEnvironmentVariable\('(\w+)'/g);
    const script = read("infra/entra/register.ts");

    for (const name of ["API_CLIENT_ID", "AZURE_ENV_NAME", "CUSTOM_HOST_NAME"]) {
      expect(asked).toContain(name);
      expect(script).toContain(`${name}: `);
    }
  });
});
