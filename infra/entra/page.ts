import { manageScope, pagePaths } from "../../shared/auth/authority.ts";
import { type Directory, type DirectoryObject, readList, readText } from "./directory.ts";

const graphApplicationId = "00000003-0000-0000-c000-000000000000";
/** Of Microsoft Graph, with the same ids in every tenant: who somebody is, and that the page may renew its token. */
const openIdScopes = {
  openid: "37f7f235-527c-4136-accd-4a02d197296e",
  profile: "14dad69e-099b-42c9-810b-d002981feec1",
  offline_access: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
};

/** An administrator alone lets an application ask for it: whoever has it acts as the person who signed in. */
const scopeText = {
  type: "Admin",
  isEnabled: true,
  adminConsentDisplayName: "Use the management page",
  adminConsentDescription: "See and change integrations as the person who signed in, within that person's app roles.",
  userConsentDisplayName: "Use the management page",
  userConsentDescription: "See and change integrations as you, within your app roles.",
};

/** What lets people sign in to the page at these origins, as members of the registration; what is there stays. */
export function completePage(
  application: DirectoryObject,
  origins: readonly string[],
  newId: () => string,
): DirectoryObject {
  const api = readObject(application, "api");
  const scopes = completeScopes(readList(api, "oauth2PermissionScopes"), newId);
  const own = scopes.filter(({ value }) => value === manageScope).map((scope) => readText(scope, "id"));
  const uris = readObject(application, "spa")["redirectUris"];
  const addresses = origins.flatMap((origin) => pagePaths.map((path) => origin + path));
  return {
    // Version 2: the issuer, and the claim that names the client, are the ones of login.microsoftonline.com.
    api: { ...api, requestedAccessTokenVersion: 2, oauth2PermissionScopes: scopes },
    spa: { redirectUris: [...new Set([...(Array.isArray(uris) ? uris : []), ...addresses])] },
    // For the button by which an administrator consents.
    requiredResourceAccess: completeAccess(readList(application, "requiredResourceAccess"), [
      [graphApplicationId, Object.values(openIdScopes)],
      [readText(application, "appId"), own],
    ]),
  };
}

/**
 * Consents for everybody that the page knows who they are and manages as them: where assignment is required, Entra ID lets
 * no person consent. It takes the rights of a Cloud Application Administrator.
 */
export async function consentForAll(directory: Directory, servicePrincipalId: string): Promise<void> {
  const graph = await directory.get(`/servicePrincipals(appId='${graphApplicationId}')`);
  const filter = `clientId eq '${servicePrincipalId}' and consentType eq 'AllPrincipals'`;
  const found = await directory.get(`/oauth2PermissionGrants?$filter=${encodeURIComponent(filter)}`);
  const wanted = new Map([
    [readText(graph, "id"), Object.keys(openIdScopes)],
    [servicePrincipalId, [manageScope]],
  ]);
  for (const [resourceId, scopes] of wanted) {
    const present = readList(found, "value").find((grant) => grant["resourceId"] === resourceId);
    const given = present === undefined ? [] : readText(present, "scope").split(" ").filter(Boolean);
    const scope = [...new Set([...given, ...scopes])].join(" ");
    if (present === undefined) {
      const consentType = "AllPrincipals";
      await directory.create("/oauth2PermissionGrants", {
        clientId: servicePrincipalId,
        consentType,
        resourceId,
        scope,
      });
    } else if (scopes.some((name) => !given.includes(name))) {
      await directory.update(`/oauth2PermissionGrants/${readText(present, "id")}`, { scope });
    }
  }
}

/** The origin at which people open the page; throws unless Entra ID takes addresses below it. */
export function readPageOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && url.href === `${url.origin}/`) return url.origin;
  throw new Error(`The origin of the page must be like https://integrations.example.com, not ${text}.`);
}

function completeScopes(present: readonly DirectoryObject[], newId: () => string): readonly DirectoryObject[] {
  const id = present.find(({ value }) => value === manageScope)?.["id"] ?? newId();
  return [...present.filter(({ value }) => value !== manageScope), { id, value: manageScope, ...scopeText }];
}

function completeAccess(
  present: readonly DirectoryObject[],
  wanted: readonly (readonly [resourceAppId: string, scopeIds: readonly string[]])[],
): readonly DirectoryObject[] {
  const own = wanted.map(([resourceAppId, scopeIds]) => {
    const there = readList(present.find((access) => access["resourceAppId"] === resourceAppId) ?? {}, "resourceAccess");
    const missing = scopeIds.filter((scopeId) => !there.some(({ id }) => id === scopeId));
    return { resourceAppId, resourceAccess: [...there, ...missing.map((id) => ({ id, type: "Scope" }))] };
  });
  const owned = own.map(({ resourceAppId }): unknown => resourceAppId);
  return [...present.filter((access) => !owned.includes(access["resourceAppId"])), ...own];
}

function readObject(object: DirectoryObject, member: string): DirectoryObject {
  const value = object[member];
  return typeof value === "object" && value !== null ? { ...value } : {};
}
