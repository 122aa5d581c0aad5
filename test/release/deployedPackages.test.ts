import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { onlyDeployed } from "../../local/release/billOfMaterials.ts";
import { listDeployedPackages } from "../../local/release/deployedPackages.ts";
import { writeLicences } from "../../local/release/licences.ts";
import { findPagePackages } from "../../local/release/pagePackages.ts";

const root = path.join(import.meta.dirname, "..", "..");

const lock = {
  packages: {
    "": { version: "1.0.0" },
    "node_modules/a": { version: "1.0.0", license: "MIT", dependencies: { b: "^2", c: "*" } },
    "node_modules/a/node_modules/b": { version: "2.0.0", license: "ISC", dependencies: { c: "*" } },
    "node_modules/b": { version: "1.0.0", license: "MIT" },
    "node_modules/c": { version: "3.0.0", optionalDependencies: { absent: "*" }, dependencies: { a: "*" } },
    "node_modules/other": { version: "1.0.0", license: "MIT" },
  },
};

describe("what a release holds of others", () => {
  const packages = listDeployedPackages(lock, ["a"]);

  test("is what is asked for with all that it needs, as Node finds it", () => {
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(["a@1.0.0", "b@2.0.0", "c@3.0.0"]);
  });

  test("is all that its bill of materials names, and their dependencies among them", () => {
    const component = (name: string, version: string) => ({ name, version, "bom-ref": `${name}@${version}` });
    const bill = {
      serialNumber: "urn:uuid:1",
      metadata: { timestamp: "2026-01-01T00:00:00Z", component: { ...component("own", "1.0.0"), name: "a folder" } },
      components: [
        component("a", "1.0.0"),
        component("b", "1.0.0"),
        component("b", "2.0.0"),
        component("other", "1.0.0"),
      ],
      dependencies: [
        { ref: "own@1.0.0", dependsOn: ["a@1.0.0", "other@1.0.0"] },
        { ref: "a@1.0.0", dependsOn: ["b@2.0.0"] },
        { ref: "other@1.0.0", dependsOn: [] },
      ],
    };

    expect(onlyDeployed(bill, packages)).toEqual({
      metadata: { component: component("own", "1.0.0") },
      components: [component("a", "1.0.0"), component("b", "2.0.0")],
      dependencies: [
        { ref: "own@1.0.0", dependsOn: ["a@1.0.0"] },
        { ref: "a@1.0.0", dependsOn: ["b@2.0.0"] },
      ],
    });
  });

  test("has a licence each, or there is no release", async () => {
    const ofNobody = { name: "c", version: "3.0.0", license: undefined, folder: "test/release" };

    await expect(writeLicences([ofNobody], root)).rejects.toThrow("c@3.0.0 has no licence.");
  });

  test("is the service's packages and the page's, each with a licence that it names, and no tool", async () => {
    const { dependencies }: { readonly dependencies: object } = JSON.parse(
      readFileSync(path.join(root, "package.json"), "utf8"),
    );
    const names = [...Object.keys(dependencies), ...(await findPagePackages(root))];
    const real = listDeployedPackages(JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")), names);
    const found = real.map(({ name }) => name);

    expect(found).toEqual(expect.arrayContaining(["zod", "@azure/identity", "react", "@fluentui/react-components"]));
    expect(found.filter((name) => /^(vitest|esbuild|azurite|typescript|playwright-core)$/.test(name))).toEqual([]);
    expect(real.filter(({ license }) => license === undefined)).toEqual([]);
  });
});
