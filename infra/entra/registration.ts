import { appRoles } from "../../shared/auth/roles.ts";
import { type Directory, type DirectoryObject, readList, readText } from "./directory.ts";
import { completePage, readPageOrigin } from "./page.ts";

export interface ApiWish {
  /** Name that people see, and by which a second run finds the registration again. */
  readonly name: string;
  /** Own address of the service, as a further audience; the page is there as well. */
  readonly baseUrl?: string | undefined;
  /** Further origins at which people open the page. */
  readonly pageOrigins?: readonly string[];
}

export interface Registered {
  /** The application id, which tokens and settings name. */
  readonly applicationId: string;
  readonly servicePrincipalId: string;
}

export interface RegisteredApi extends Registered {
  readonly identifierUris: readonly string[];
  /** Ids of the app roles, by their value. */
  readonly roleIds: ReadonlyMap<string, string>;
}

interface RoleText {
  readonly displayName: string;
  readonly description: string;
  readonly allowedMemberTypes: readonly ("Application" | "User")[];
}

/** Who may have a role: people use the management page, applications everything. */
const roleTexts: Readonly<Record<keyof typeof appRoles, RoleText>> = {
  manage: {
    displayName: "Manage integrations",
    description: "Create and change data projects, entities and recurring data jobs; see everything.",
    allowedMemberTypes: ["Application", "User"],
  },
  read: {
    displayName: "Read integrations",
    description: "See data projects, recurring data jobs, messages and executions.",
    allowedMemberTypes: ["Application", "User"],
  },
  package: {
    displayName: "Use the package API",
    description: "Import and export data packages.",
    allowedMemberTypes: ["Application"],
  },
  connect: {
    displayName: "Connect to recurring data jobs",
    description: "Get a token at all. What an application may send and receive is decided by the list of each job.",
    allowedMemberTypes: ["Application"],
  },
};

/** The roles that people can have. */
export const rolesOfPeople: readonly string[] = Object.entries(roleTexts)
  .filter(([, { allowedMemberTypes }]) => allowedMemberTypes.includes("User"))
  .map(([key]) => appRoles[key as keyof typeof appRoles]);

/** Registers the API, or brings its registration up to date. A second run changes nothing, and nothing is taken away. */
export async function registerApi(directory: Directory, wish: ApiWish, newId: () => string): Promise<RegisteredApi> {
  const baseUrl = wish.baseUrl === undefined ? undefined : readBaseUrl(wish.baseUrl);
  const own = baseUrl === undefined ? [] : [new URL(baseUrl).origin];
  const pageOrigins = [...own, ...(wish.pageOrigins ?? []).map(readPageOrigin)];
  const application = await registerApplication(directory, wish.name);
  const applicationId = readText(application, "appId");
  const roles = completeRoles(readList(application, "appRoles"), newId);
  await directory.update(`/applications/${readText(application, "id")}`, {
    ...completePage(application, pageOrigins, newId),
    appRoles: roles,
  });
  // Before there is a service principal, Entra ID may take an address on a verified domain for one that is not.
  const servicePrincipalId = await registerServicePrincipal(directory, applicationId);
  await directory.update(`/servicePrincipals/${servicePrincipalId}`, { appRoleAssignmentRequired: true });
  const identifierUris = completeUris(application["identifierUris"], applicationId, baseUrl);
  await directory.update(`/applications/${readText(application, "id")}`, { identifierUris });
  const roleIds = new Map(roles.map((role) => [readText(role, "value"), readText(role, "id")]));
  return { applicationId, servicePrincipalId, identifierUris, roleIds };
}

/** The application id of the API that was registered by this name; undefined where none was. */
export async function findApi(directory: Directory, name: string): Promise<string | undefined> {
  const application = await directory.find(pathOf(name));
  return application && readText(application, "appId");
}

/** The app roles that the API of this name will have: its own, and those that somebody gave it where it is there. */
export async function findRoles(directory: Directory, name: string): Promise<readonly string[]> {
  const present = readList((await directory.find(pathOf(name))) ?? {}, "appRoles");
  return [...new Set([...Object.values(appRoles), ...present.map((role) => readText(role, "value"))])];
}

/** Throws where the tenant has no application with this id any more: nobody could get a token for it. */
export async function requireRegistered(directory: Directory, applicationId: string): Promise<void> {
  if ((await directory.find(`/applications(appId='${applicationId}')`)) !== undefined) return;
  throw new Gone(
    `The registration ${applicationId} (API_CLIENT_ID) is not in the tenant: it was deleted, or is another tenant's, and ` +
      "nobody could get a token. For 30 days it can be restored (Entra admin center → App registrations → Deleted " +
      'applications). To register anew: azd env set API_CLIENT_ID "", then again; clients and people need their roles anew. ' +
      "Where tokens are to come from another tenant, set API_TENANT_ID.",
  );
}

/** Something that must be in the directory was deleted. */
export class Gone extends Error {
  override readonly name = "Gone";
}

/** Registers an application that calls the API. It gets no secret here: whoever runs it makes one. */
export async function registerClient(directory: Directory, name: string): Promise<Registered> {
  const application = await registerApplication(directory, name);
  const applicationId = readText(application, "appId");
  return { applicationId, servicePrincipalId: await registerServicePrincipal(directory, applicationId) };
}

/** The application with this id, with a service principal in the tenant. */
export async function findClient(directory: Directory, applicationId: string): Promise<Registered> {
  return { applicationId, servicePrincipalId: await registerServicePrincipal(directory, applicationId) };
}

/** Throws unless the address is one that Entra ID can take as an identifier URI. */
export function readBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || url.search !== "" || url.hash !== "") {
    throw new Error(`The base URL must be like https://integrations.example.com, not ${text}.`);
  }
  if (/(^|\.)azurewebsites\.net$/i.test(url.hostname)) {
    throw new Error(
      `${url.hostname} is Microsoft's domain, and Entra ID takes addresses only in domains that are verified in your ` +
        "tenant: give the service a host name of your own (docs/deploy.md, first section), or leave the base URL out.",
    );
  }
  return url.href.replace(/\/+$/, "");
}

async function registerApplication(directory: Directory, name: string): Promise<DirectoryObject> {
  const path = pathOf(name);
  await directory.createOrUpdate(path, { displayName: name, signInAudience: "AzureADMyOrg" });
  return directory.get(path);
}

function pathOf(name: string): string {
  return `/applications(uniqueName='${encodeURIComponent(name.replaceAll("'", "''"))}')`;
}

async function registerServicePrincipal(directory: Directory, applicationId: string): Promise<string> {
  const found = await directory.find(`/servicePrincipals(appId='${applicationId}')`);
  return readText(found ?? (await directory.create("/servicePrincipals", { appId: applicationId })), "id");
}

/** Keeps the ids of roles that are there, since assignments name them, and roles that somebody else added. */
function completeRoles(present: readonly DirectoryObject[], newId: () => string): readonly DirectoryObject[] {
  const own = Object.entries(roleTexts).map(([key, text]) => {
    const value = appRoles[key as keyof typeof appRoles];
    const id = present.find((role) => role["value"] === value)?.["id"] ?? newId();
    return { id, value, isEnabled: true, ...text };
  });
  const values = own.map(({ value }): unknown => value);
  return [...present.filter((role) => !values.includes(role["value"])), ...own];
}

function completeUris(present: unknown, applicationId: string, baseUrl: string | undefined): readonly string[] {
  const uris = Array.isArray(present) ? present.filter((uri) => typeof uri === "string") : [];
  return [...new Set([...uris, `api://${applicationId}`, ...(baseUrl === undefined ? [] : [baseUrl])])];
}
