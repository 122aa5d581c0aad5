import { type Directory, readList, readText } from "./directory.ts";
import { type RegisteredApi, type Registered, rolesOfPeople } from "./registration.ts";

/** Throws when the API has no such app role, so that nothing is made for a name that was mistyped. */
export function checkRoles({ roleIds }: RegisteredApi, roles: readonly string[]): void {
  const wrong = roles.filter((role) => !roleIds.has(role));
  if (wrong.length === 0) return;
  throw new Error(`There is no app role "${wrong.join('", "')}". There are ${[...roleIds.keys()].join(", ")}.`);
}

/** Gives a client app roles of the API. Without one it gets no token, because assignment is required. */
export function assignRoles(
  directory: Directory,
  api: RegisteredApi,
  { servicePrincipalId }: Registered,
  roles: readonly string[],
): Promise<void> {
  return assign(directory, api, `/servicePrincipals/${servicePrincipalId}`, servicePrincipalId, roles);
}

/** Gives a person, by the name of signing in or the object id, app roles of the API. Without one nobody signs in. */
export async function assignPerson(
  directory: Directory,
  api: RegisteredApi,
  person: string,
  roles: readonly string[],
): Promise<void> {
  const wrong = roles.filter((role) => !rolesOfPeople.includes(role));
  if (wrong.length > 0) {
    throw new Error(`No person can have the role ${wrong.join(", ")}: there are ${rolesOfPeople.join(", ")}.`);
  }
  const user = await directory.find(`/users/${encodeURIComponent(person)}`);
  if (user === undefined) throw new Error(`There is nobody in the tenant who signs in as ${person}.`);
  const id = readText(user, "id");
  await assign(directory, api, `/users/${id}`, id, roles);
}

async function assign(
  directory: Directory,
  api: RegisteredApi,
  principal: string,
  principalId: string,
  roles: readonly string[],
): Promise<void> {
  checkRoles(api, roles);
  const path = `${principal}/appRoleAssignments`;
  const present = readList(await directory.get(`${path}?$top=999`), "value")
    .filter((assignment) => assignment["resourceId"] === api.servicePrincipalId)
    .map((assignment) => readText(assignment, "appRoleId"));
  for (const role of roles) {
    const appRoleId = api.roleIds.get(role)!;
    if (present.includes(appRoleId)) continue;
    await directory.create(path, { principalId, resourceId: api.servicePrincipalId, appRoleId });
  }
}
