/** The development tenant: everything in it is fixed, so that pasted commands and documents stay true. */
export const tenantId = "00000000-0000-4000-8000-00000000d0e1";
/** The service's own registration: the audience of version 2 tokens. */
export const apiClientId = "00000000-0000-4000-8000-0000000000a1";
/** The registration of Dynamics 365 Finance & Operations, which clients made for it name as their resource. */
export const originalApplicationId = "00000015-0000-0000-c000-000000000000";
/** Where the page is served from its sources while somebody works on it. */
export const pageServerOrigin = "http://localhost:5173";

const secret = "local-development";

export interface Application {
  readonly clientId: string;
  readonly objectId: string;
  readonly secret: string;
  readonly roles: readonly string[];
}

/** On the lists of the demo's jobs, and speaks the package API: one application for all that a client does. */
export const clientApplication = application("c1", ["Integration.Connect", "Integration.Package"]);
/** On no list. */
export const unlistedApplication = application("c2", ["Integration.Connect"]);
/** Manages the service and speaks the package API. */
export const managementApplication = application("c3", [
  "Integration.Manage",
  "Integration.Read",
  "Integration.Package",
]);

export const applications: readonly Application[] = [clientApplication, unlistedApplication, managementApplication];

function application(suffix: string, roles: readonly string[]): Application {
  const id = (kind: string): string => `00000000-0000-4000-${kind}-0000000000${suffix}`;
  return { clientId: id("8000"), objectId: id("9000"), secret, roles };
}
