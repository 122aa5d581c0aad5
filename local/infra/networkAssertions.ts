// That the private way leads somewhere: names resolve to endpoints, in the network that the app is in.
import { describe, isList, memberAt, type Value } from "./armValues.ts";
import type { DeployedResource, Deployment } from "./compiledTemplate.ts";
import { type Assertion, idIn, isSame, ofType } from "./resourceIds.ts";

const zoneType = "Microsoft.Network/privateDnsZones";
const networkType = "Microsoft.Network/virtualNetworks";
/** Of another cloud the suffix is another one, so a literal would be wrong there. */
const storageSuffix = "<environment()>.suffixes.storage";

export const networkAssertions: Readonly<Record<string, Assertion>> = {
  "each endpoint is found by the name of its service": ({ resources }) =>
    ofType(resources, "Microsoft.Network/privateEndpoints").flatMap((endpoint) => {
      const group = `${endpoint.name}/default`;
      const zones = ofType(resources, "Microsoft.Network/privateEndpoints/privateDnsZoneGroups").find(
        ({ name }) => name === group,
      );
      return groupProblems(endpoint, zones);
    }),
  "each zone counts in the network": ({ resources }) => {
    const networks = ofType(resources, networkType);
    return ofType(resources, zoneType).flatMap((zone) => zoneProblems(zone, resources, networks));
  },
  "endpoints lie in a subnet of their own": (deployment) =>
    ofType(deployment.resources, "Microsoft.Network/privateEndpoints").flatMap((endpoint) =>
      subnetProblems(endpoint, deployment),
    ),
};

/** Under which zone an endpoint is found, by what it leads to. */
function zoneOf(service: string): string {
  return service === "sites" ? "privatelink.azurewebsites.net" : `privatelink.${service}.${storageSuffix}`;
}

function groupIdOf({ body }: DeployedResource): string {
  return describe(
    first(memberAt(first(memberAt(body, "properties", "privateLinkServiceConnections")), "properties", "groupIds")),
  );
}

function first(value: Value | undefined): Value | undefined {
  return isList(value) ? value[0] : undefined;
}

function groupProblems(endpoint: DeployedResource, zones: DeployedResource | undefined): string[] {
  const service = groupIdOf(endpoint);
  const zone = idIn(memberAt(first(memberAt(zones?.body, "properties", "privateDnsZoneConfigs")), "properties"));
  const wanted = zoneOf(service);
  return zone?.name === wanted
    ? []
    : [`The endpoint ${endpoint.name} is not found under ${wanted}, but ${zone?.name}.`];
}

function zoneProblems(
  zone: DeployedResource,
  resources: readonly DeployedResource[],
  networks: readonly DeployedResource[],
): string[] {
  const links = ofType(resources, `${zoneType}/virtualNetworkLinks`).filter(({ name }) =>
    name.startsWith(`${zone.name}/`),
  );
  const linked = links.map(({ body }) => idIn(memberAt(body, "properties", "virtualNetwork", "id")));
  return networks
    .filter((network) => !linked.some((id) => isSame(id, network)))
    .map((network) => `The zone ${zone.name} is not linked to the network ${network.name}.`);
}

function subnetProblems({ name, body }: DeployedResource, { resources }: Deployment): string[] {
  const id = idIn(memberAt(body, "properties", "subnet", "id"));
  const subnets = ofType(resources, networkType).flatMap((network) => {
    const listed = memberAt(network.body, "properties", "subnets");
    return (isList(listed) ? listed : []).map((subnet) => ({ network: network.name, subnet }));
  });
  const found = subnets.find(({ network, subnet }) => id?.name === `${network}/${describe(memberAt(subnet, "name"))}`);
  if (found === undefined) return [`The endpoint ${name} lies in ${id?.name}, which is no subnet of the network.`];
  const delegations = memberAt(found.subnet, "properties", "delegations");
  return isList(delegations) && delegations.length > 0
    ? [`The endpoint ${name} lies in a subnet that is given to the app.`]
    : [];
}
