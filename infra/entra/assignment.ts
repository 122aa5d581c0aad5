import { type Directory, readList, readText } from "./directory.ts";
import { findRoles, type RegisteredApi, type Registered, rolesOfPeople } from "./registration.ts";

/** Who is to have which app roles of the API of this name. */
export interface AssignmentWish {
  readonly name: string;
  readonly clientRoles: readonly string[];
  /** Application ids of clients that exist. */
  readonly existingClients: readonly string[];
  readonly peopleRoles: readonly string[];
  /** By the names of signing in, or the object ids. */
  readonly people: readonly string[];
}

/** Throws for what was mistyped. It only looks, and so comes before anything is made. */
export async function checkAssignments(directory: Directory, wish: AssignmentWish): Promise<void> {
  const { name, clientRoles, existingClients, peopleRoles, people } = wish;
  requireRoles([...clientRoles, ...peopleRoles], await findRoles(directory, name));
  for (const id of existingClients) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new Error(`"${id}" is no application id.`);
  }
  for (const person of people) {
    requireRolesOfPeople(peopleRoles);
    await findPerson(directory, person);
  }
}

function requireRoles(roles: readonly string[], known: readonly string[]): void {
  const wrong = roles.filter((role) => !known.includes(role));
  if (wrong.length === 0) return;
  throw new Error(`There is no app role "${wrong.join('", "')}". There are ${known.join(", ")}.`);
}

function requireRolesOfPeople(roles: readonly string[]): void {
  const wrong = roles.filter((role) => !rolesOfPeople.includes(role));
  if (wrong.length === 0) return;
  throw new Error(`No person can have the role ${wrong.join(", ")}: there are ${rolesOfPeople.join(", ")}.`);
}

/** The object id of a person. */
async function findPerson(directory: Directory, person: string): Promise<string> {
  const user = await directory.find(`/users/${encodeURIComponent(person)}`);
  if (user === undefined) throw new Error(`There is nobody in the tenant who signs in as ${person}.`);
  return readText(user, "id");
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
  requireRolesOfPeople(roles);
  const id = await findPerson(directory, person);
  await assign(directory, api, `/users/${id}`, id, roles);
}

async function assign(
  directory: Directory,
  api: RegisteredApi,
  principal: string,
  principalId: string,
  roles: readonly string[],
): Promise<void> {
  requireRoles(roles, [...api.roleIds.keys()]);
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
