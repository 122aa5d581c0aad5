import { beforeEach, describe, expect, test } from "vitest";
import type { Directory, DirectoryObject } from "../../infra/entra/directory.ts";
import { assignRoles, findClient, readBaseUrl, registerApi, registerClient } from "../../infra/entra/registration.ts";
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
  const writes: string[] = [];
  let count = 0;
  const newId = (): string => `id-${(count += 1)}`;
  const find = async (path: string): Promise<DirectoryObject | undefined> => {
    const name = nameIn(path);
    if (name !== undefined) return applications.get(name);
    const appId = /^\/servicePrincipals\(appId='(.+)'\)$/.exec(path)?.[1];
    if (appId !== undefined) return [...principals.values()].find((principal) => principal["appId"] === appId);
    const principalId = /^\/servicePrincipals\/(.+)\/appRoleAssignments\?/.exec(path)?.[1];
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
      else assignments.push(created);
      return created;
    },
    async update(path, body) {
      const id = path.split("/").at(-1)!;
      const target = [...applications.values()].find((application) => application["id"] === id) ?? principals.get(id)!;
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
  return { directory, applications, principals, assignments, writes, newId };
}

let entra = memoryDirectory();

beforeEach(() => {
  entra = memoryDirectory();
});

const register = (baseUrl?: string) => registerApi(entra.directory, { name: "api", baseUrl }, entra.newId);

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
    expect(entra.principals.size).toBe(1);
  });

  test("cannot get a role that the API does not have", async () => {
    const api = await register();
    const client = await registerClient(entra.directory, "middleware");

    await expect(assignRoles(entra.directory, api, client, ["Integration.Own"])).rejects.toThrow(
      'There is no app role "Integration.Own". There are Integration.Manage,',
    );
  });

  test("with an apostrophe in its name is found again", async () => {
    const first = await registerClient(entra.directory, "Anna's");

    expect(await registerClient(entra.directory, "Anna's")).toEqual(first);
  });
});
