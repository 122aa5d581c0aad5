import type { DeployedPackage } from "./deployedPackages.ts";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly "bom-ref": string;
}

/** A CycloneDX document as npm writes it, as far as it is looked into here. */
export interface BillOfMaterials {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Of npm's bill what a release holds, without what differs from one run to the next: same source, same bytes. */
export function onlyDeployed(bill: BillOfMaterials, packages: readonly DeployedPackage[]): BillOfMaterials {
  const kept = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = bill.components.filter(({ name, version }) => kept.has(`${name}@${version}`));
  const refs = new Set([bill.metadata.component["bom-ref"], ...components.map((one) => one["bom-ref"])]);
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
  const { serialNumber: _, ...document } = bill;
  const { timestamp: __, ...metadata } = bill.metadata;
  const reference = metadata.component["bom-ref"];
  // npm names a project by its folder, whose name is anybody's choice.
  const component = { ...metadata.component, name: reference.slice(0, reference.lastIndexOf("@")) };
  return { ...document, metadata: { ...metadata, component }, components, dependencies };
}
