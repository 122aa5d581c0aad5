// Everything that is held against infra/main.json: what any template must keep, and what this one must do.
import { accessAssertions } from "./accessAssertions.ts";
import type { ValueObject } from "./armValues.ts";
import { checkDeployments, type Finding, onceEach, runAssertions } from "./assertions.ts";
import { deploy } from "./compiledTemplate.ts";
import { hardeningAssertions, inboundAssertions } from "./hardeningAssertions.ts";
import { keepingAssertions, twiceAssertions } from "./keepingAssertions.ts";
import { networkAssertions } from "./networkAssertions.ts";
import { closingAssertions, orderAssertions } from "./orderAssertions.ts";
import { frugalAssertions, probeAssertions, queryAssertions } from "./queryAssertions.ts";

const assertions = {
  ...accessAssertions,
  ...hardeningAssertions,
  ...networkAssertions,
  ...orderAssertions,
  ...queryAssertions,
};

/** Parameters with which every part of the template is deployed. */
const everything: ValueObject = {
  usePrivateNetwork: true,
  alertEmail: "operators@example.com",
  inboundAccess: "endpoint",
  allowedAddresses: ["192.0.2.0/24"],
  deployerAddresses: ["198.51.100.0/24"],
  alertsByJob: true,
  probeLocations: ["emea-nl-ams-azr"],
  blobVersioning: true,
  deleteLock: true,
  dataKeyUri: "https://vault.example/keys/integrations",
  dataKeyIdentityId:
    "/subscriptions/s/resourceGroups/keys/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key",
  updateStrategy: "RollingUpdate",
};
/** The same for a system that runs without a private network. */
const switchingOn: ValueObject = { ...everything, inboundAccess: "public", isPrivateNetworkNew: true };

/** Everything that is wrong with what main.bicep compiles to. */
export function checkWholeTemplate(template: ValueObject): readonly Finding[] {
  const [asItIs, whole] = [deploy(template), deploy(template, everything)];
  const switched = deploy(template, switchingOn);
  return onceEach([
    ...checkDeployments(asItIs, whole),
    ...[asItIs, whole, switched].flatMap((deployment) => runAssertions(assertions, deployment)),
    ...runAssertions(frugalAssertions, asItIs),
    ...runAssertions(probeAssertions, switched),
    ...runAssertions(closingAssertions, switched),
    ...runAssertions(twiceAssertions, switched),
    ...runAssertions(keepingAssertions, switched),
    ...runAssertions(inboundAssertions, whole),
  ]);
}
