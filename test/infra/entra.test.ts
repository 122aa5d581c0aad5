import { beforeEach, describe, expect, test } from "vitest";
import type { Directory, DirectoryObject } from "../../infra/entra/directory.ts";
import { assignPerson, assignRoles, checkAssignments } from "../../infra/entra/assignment.ts";
import { consentForAll } from "../../infra/entra/page.ts";
import {
  findApi,
  findClient,
  readBaseUrl,
  registerApi,
  registerClient,
  requireRegistered,
} from "../../infra/entra/registration.ts";
import { appRoles } from "../../shared/auth/roles.ts";

/** The name in an alternate key, whose apostrophes are doubled. */
function nameIn(path: string): string | undefined {
  if (!path.startsWith("/applications(")) return undefined;
  const quoted = /^\/applications\(uniqueName='((?:[^']|'')+)'\)$/.exec(decodeURIComponent(path))?.[1];
  if (quoted === undefined) throw new Error(`The path ${path} is malformed.`);
  return quoted.replaceAll("''", "'");
}

/** A directory in memory with the rules that matter: alternate keys, one principal for an application, new ids. */
function memoryDirectory() {
  const applications = new Map<string, Record<string, unknown>>();
  const principals = new Map<string, Record<string, unknown>>();
  const assignments: DirectoryObject[] = [];
  const grants: Record<string, unknown>[] = [];
  const writes: string[] = [];
  let count = 0;
  const newId = (): string => `id-${(count += 1)}`;
  const graph = { id: "graph", appId: "00000003-0000-0000-c000-000000000000" };
  principals.set(graph.id, graph);
  const people = [{ id: "maja", userPrincipalName: "maja_example.org#EXT#@example.com" }];
  const find = async (path: string): Promise<DirectoryObject | undefined> => {
    if (path.startsWith("/oauth2PermissionGrants?")) return { value: grants };
    const userName = /^\/users\/([^/]+)$/.exec(path)?.[1];
    if (userName !== undefined) {
      return people.find(({ userPrincipalName }) => encodeURIComponent(userPrincipalName) === userName);
    }
    const asked = /^\/applications\(appId='(.+)'\)$/.exec(path)?.[1];
    if (asked !== undefined) return [...applications.values()].find(({ appId }) => appId === asked);
    const name = nameIn(path);
    if (name !== undefined) return applications.get(name);
    const appId = /^\/servicePrincipals\(appId='(.+)'\)$/.exec(path)?.[1];
    if (appId !== undefined) return [...principals.values()].find((principal) => principal["appId"] === appId);
    const principalId = /^\/(?:servicePrincipals|users)\/(.+)\/appRoleAssignments\?/.exec(path)?.[1];
    return { value: assignments.filter((assignment) => assignment["principalId"] === principalId) };
  };
  const directory: Directory = {
    find,
    async get(path) {
      const found = await find(path);
      if (found === undefined) throw new Error(`There is nothing at ${path}.`);
      return found;
    },
    async create(path, body) {
      writes.push(`create ${path}`);
      const created = { id: newId(), ...body };
      if (path === "/servicePrincipals") principals.set(created.id, created);
      else if (path === "/oauth2PermissionGrants") grants.push(created);
      else assignments.push(created);
      return created;
    },
    async update(path, body) {
      const id = path.split("/").at(-1)!;
      const target = [...applications.values(), ...principals.values(), ...grants].find((one) => one["id"] === id)!;
      const before = JSON.stringify(target);
      Object.assign(target, body);
      if (JSON.stringify(target) !== before) writes.push(`change ${path}`);
    },
    async createOrUpdate(path, body) {
      const name = nameIn(path)!;
      if (applications.has(name)) return;
      writes.push(`create ${path}`);
      applications.set(name, { id: newId(), appId: newId(), appRoles: [], identifierUris: [], ...body });
    },
  };
  return { directory, applications, principals, assignments, grants, writes, newId };
}

let entra = memoryDirectory();

beforeEach(() => {
  entra = memoryDirectory();
});

const register = (baseUrl?: string, ...pageOrigins: readonly string[]) =>
  registerApi(entra.directory, { name: "api", baseUrl, pageOrigins }, entra.newId);
const pageAt = (origin: string) => [`${origin}/manage`, `${origin}/manage/signed-out`];

describe("the registration of the API", () => {
  test("has the app roles that the code asks for, and no other", async () => {
    const { roleIds } = await register();

    expect([...roleIds.keys()].toSorted()).toEqual(Object.values(appRoles).toSorted());
    expect(new Set(roleIds.values()).size).toBe(roleIds.size);
  });

  test("gives tokens of version 2 to applications of the tenant that are assigned, and to nobody else", async () => {
    const { servicePrincipalId } = await register();

    expect(entra.applications.get("api")).toMatchObject({
      signInAudience: "AzureADMyOrg",
      api: { requestedAccessTokenVersion: 2 },
    });
    expect(entra.principals.get(servicePrincipalId)).toMatchObject({ appRoleAssignmentRequired: true });
  });

  test("is known as api://<application id>, and by the own address of the service", async () => {
    const { applicationId, identifierUris } = await register("https://integrations.example.com/");

    expect(identifierUris).toEqual([`api://${applicationId}`, "https://integrations.example.com"]);
    expect(entra.applications.get("api")?.["identifierUris"]).toEqual(identifierUris);
  });

  test("stays as it is when it is made again", async () => {
    const first = await register("https://integrations.example.com");
    const writes = entra.writes.length;

    expect(await register()).toEqual(first);
    expect(entra.writes.slice(writes)).toEqual([]);
  });

  test("keeps roles and addresses that somebody added", async () => {
    await register();
    const application = entra.applications.get("api")!;
    const extra = { id: "extra", value: "Extra.Role" };
    application["appRoles"] = [extra, ...(application["appRoles"] as DirectoryObject[])];
    application["identifierUris"] = ["api://extra", ...(application["identifierUris"] as string[])];

    const { roleIds, identifierUris } = await register();

    expect(roleIds.get("Extra.Role")).toBe("extra");
    expect(identifierUris[0]).toBe("api://extra");
  });

  test("is found by its name, and no other is", async () => {
    const { applicationId } = await register();

    expect(await findApi(entra.directory, "api")).toBe(applicationId);
    expect(await findApi(entra.directory, "another")).toBeUndefined();
  });

  for (const wrong of ["http://integrations.example.com", "integrations.example.com", "https://a.example.com/?x=1"]) {
    test(`refuses ${wrong} as an address`, () => {
      expect(() => readBaseUrl(wrong)).toThrow("https://integrations.example.com");
    });
  }

  test("refuses an address on azurewebsites.net before it registers anything, as Entra ID would", async () => {
    await expect(register("https://func-x.azurewebsites.net")).rejects.toThrow("docs/deploy.md");
    expect(entra.writes).toEqual([]);
  });
});

describe("the page", () => {
  test("has people sent back to its two addresses at each of its origins, and to no other", async () => {
    await register("https://integrations.example.com", "https://func-x.azurewebsites.net/");

    expect(entra.applications.get("api")?.["spa"]).toEqual({
      redirectUris: [...pageAt("https://integrations.example.com"), ...pageAt("https://func-x.azurewebsites.net")],
    });
    expect(entra.applications.get("api")).not.toHaveProperty("web");
  });

  for (const wrong of [
    "http://a.example.com",
    "https://a.example.com/manage",
    "https://u@a.example.com",
    "a.example.com",
  ]) {
    test(`is not at ${wrong}`, async () => {
      await expect(register(undefined, wrong)).rejects.toThrow("https://integrations.example.com");
      expect(entra.writes).toEqual([]);
    });
  }

  test("manages by a scope that only an administrator can let an application have", async () => {
    await register();
    const application = entra.applications.get("api")!;

    const { oauth2PermissionScopes: scopes } = application["api"] as { oauth2PermissionScopes: DirectoryObject[] };
    expect(scopes).toMatchObject([{ value: "Manage.Access", type: "Admin", isEnabled: true }]);
    expect(application["requiredResourceAccess"]).toContainEqual({
      resourceAppId: application["appId"],
      resourceAccess: [{ id: scopes[0]!["id"], type: "Scope" }],
    });
  });

  test("comes to a registration from before it, whose roles, assignments and additions stay", async () => {
    const { servicePrincipalId, roleIds } = await register();
    const client = await registerClient(entra.directory, "middleware");
    const api = { applicationId: "", servicePrincipalId, identifierUris: [], roleIds };
    await assignRoles(entra.directory, api, client, [appRoles.connect]);
    const given = [...entra.assignments];
    const application = entra.applications.get("api")!;
    const scope = { id: "extra", value: "Extra.Scope" };
    const access = { resourceAppId: "extra", resourceAccess: [{ id: "more", type: "Role" }] };
    const preAuthorizedApplications = [{ appId: "extra", delegatedPermissionIds: ["extra"] }];
    application["api"] = { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope], preAuthorizedApplications };
    application["requiredResourceAccess"] = [access];
    application["spa"] = { redirectUris: ["https://extra.example.com/"] };

    const again = await register(undefined, "https://func-x.azurewebsites.net");
    const writes = entra.writes.length;
    await register(undefined, "https://func-x.azurewebsites.net");

    expect(again.roleIds).toEqual(roleIds);
    expect(entra.assignments).toEqual(given);
    expect(application).toMatchObject({
      api: { preAuthorizedApplications, oauth2PermissionScopes: [scope, { value: "Manage.Access" }] },
      spa: { redirectUris: ["https://extra.example.com/", ...pageAt("https://func-x.azurewebsites.net")] },
      requiredResourceAccess: [access, {}, {}],
    });
    expect(entra.writes.slice(writes)).toEqual([]);
  });

  test("gets the consent for everybody once, because no person could give it", async () => {
    const { servicePrincipalId: clientId } = await register();

    await consentForAll(entra.directory, clientId);
    await consentForAll(entra.directory, clientId);

    const consentType = "AllPrincipals";
    expect(entra.grants).toMatchObject([
      { clientId, consentType, resourceId: "graph", scope: "openid profile offline_access" },
      { clientId, consentType, resourceId: clientId, scope: "Manage.Access" },
    ]);
    expect(entra.grants).toHaveLength(2);
  });

  test("keeps what an administrator consented to beside", async () => {
    const { servicePrincipalId: clientId } = await register();
    const scope = "User.Read openid";
    entra.grants.push({ id: "grant", clientId, consentType: "AllPrincipals", resourceId: "graph", scope });

    await consentForAll(entra.directory, clientId);

    expect(entra.grants[0]).toMatchObject({ scope: "User.Read openid profile offline_access" });
    expect(entra.grants).toHaveLength(2);
  });
});

describe("a person", () => {
  const maja = "maja_example.org#EXT#@example.com";

  test("gets the roles of people, once", async () => {
    const api = await register();

    await assignPerson(entra.directory, api, maja, [appRoles.read]);
    await assignPerson(entra.directory, api, maja, [appRoles.read, appRoles.manage]);

    const given = entra.assignments.map(({ appRoleId, principalId }) => [appRoleId, principalId]);
    expect(given).toEqual([
      [api.roleIds.get(appRoles.read), "maja"],
      [api.roleIds.get(appRoles.manage), "maja"],
    ]);
  });

  test("gets no role of applications", async () => {
    const api = await register();

    for (const role of [appRoles.connect, appRoles.package, "Integration.Own"]) {
      await expect(assignPerson(entra.directory, api, maja, [appRoles.read, role])).rejects.toThrow(
        `No person can have the role ${role}: there are Integration.Manage, Integration.Read.`,
      );
    }
    expect(entra.assignments).toEqual([]);
  });

  test("who is not in the tenant is told by name", async () => {
    const api = await register();

    await expect(assignPerson(entra.directory, api, "nobody@example.com", [appRoles.read])).rejects.toThrow(
      "nobody@example.com",
    );
  });
});

describe("a client", () => {
  test("gets the roles that it is given, once", async () => {
    const api = await register();
    const client = await registerClient(entra.directory, "middleware");

    await assignRoles(entra.directory, api, client, [appRoles.connect]);
    await assignRoles(entra.directory, api, client, [appRoles.connect, appRoles.package]);

    const given = entra.assignments.map(({ appRoleId, resourceId, principalId }) => [
      appRoleId,
      resourceId,
      principalId,
    ]);
    const { servicePrincipalId } = client;
    expect(given).toEqual([
      [api.roleIds.get(appRoles.connect), api.servicePrincipalId, servicePrincipalId],
      [api.roleIds.get(appRoles.package), api.servicePrincipalId, servicePrincipalId],
    ]);
  });

  test("that exists already gets a service principal where it has none, and keeps the one that it has", async () => {
    const first = await findClient(entra.directory, "11111111-0000-4000-8000-000000000000");
    const second = await findClient(entra.directory, "11111111-0000-4000-8000-000000000000");

    expect(second).toEqual(first);
    expect(entra.principals.size).toBe(2);
  });

  test("cannot get a role that the API does not have", async () => {
    const api = await register();
    const client = await registerClient(entra.directory, "middleware");

    const roles = [appRoles.connect, "Integration.Own"];
    await expect(assignRoles(entra.directory, api, client, roles)).rejects.toThrow(
      'There is no app role "Integration.Own". There are Integration.Manage,',
    );
    expect(entra.assignments).toEqual([]);
  });

  test("with an apostrophe in its name is found again", async () => {
    const first = await registerClient(entra.directory, "Anna's");

    expect(await registerClient(entra.directory, "Anna's")).toEqual(first);
  });
});

describe("what was mistyped", () => {
  const wish = {
    name: "api",
    clientRoles: [appRoles.connect],
    existingClients: [],
    peopleRoles: [appRoles.read],
    people: ["maja_example.org#EXT#@example.com"],
  };

  for (const [what, changes, said] of [
    ["a role of clients", { clientRoles: ["Integration.Conect"] }, 'no app role "Integration.Conect"'],
    ["a role of people", { peopleRoles: ["Integration.Raed"] }, 'no app role "Integration.Raed"'],
    ["a role that no person can have", { peopleRoles: [appRoles.connect] }, "No person can have the role"],
    ["a person", { people: ["maja@example.com", "nobody@example.com"] }, "nobody in the tenant who signs in as"],
    ["a client's id", { existingClients: ["integrations-try"] }, '"integrations-try" is no application id'],
  ] as const) {
    test(`in ${what} leaves nothing half made, not even the API`, async () => {
      await expect(checkAssignments(entra.directory, { ...wish, ...changes })).rejects.toThrow(said);
      expect(entra.writes).toEqual([]);
    });
  }

  test("is nothing in what is right, with roles that somebody gave the API too", async () => {
    await expect(checkAssignments(entra.directory, wish)).resolves.toBeUndefined();
    await register();
    const application = entra.applications.get("api")!;
    application["appRoles"] = [{ id: "x", value: "Extra.Role" }, ...(application["appRoles"] as DirectoryObject[])];

    const check = checkAssignments(entra.directory, { ...wish, clientRoles: ["Extra.Role"] });
    await expect(check).resolves.toBeUndefined();
  });
});

describe("a registration that was deleted", () => {
  test("is noticed, with what to do", async () => {
    const { applicationId } = await register();
    await requireRegistered(entra.directory, applicationId);
    entra.applications.clear();

    await expect(requireRegistered(entra.directory, applicationId)).rejects.toThrow(
      /not in the tenant: it was deleted.*can be restored.*azd env set API_CLIENT_ID "", then again/,
    );
  });
});
