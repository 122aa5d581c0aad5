import { manageScope } from "./authority.ts";
import type { Caller } from "../domain/caller.ts";
import { DomainError } from "../domain/errors.ts";

/** What a caller may ask for by role; the connector's routes ask a job's list instead. */
export type Permission = "read" | "manage" | "package";

/**
 * The app roles of the API's registration. `Integration.Connect` is for Entra ID alone: it lets an application get a
 * token at all, and is asked for nowhere here.
 */
export const appRoles = {
  manage: "Integration.Manage",
  read: "Integration.Read",
  package: "Integration.Package",
  connect: "Integration.Connect",
} as const;

/** Who manages may read. Nothing else implies anything. */
const rolesThatMay: Readonly<Record<Permission, readonly string[]>> = {
  read: [appRoles.read, appRoles.manage],
  manage: [appRoles.manage],
  package: [appRoles.package],
};

/** True when one of the caller's app roles gives the permission. */
export function mayDo(caller: Caller, permission: Permission): boolean {
  return rolesThatMay[permission].some((role) => caller.roles.includes(role));
}

/**
 * Throws `forbidden` when a person's sign-in is not for managing this service. The rights of whoever signs in to some other
 * application must not be that application's.
 */
export function requireManageScope({ scopes, person }: Caller): void {
  if (scopes === undefined) return;
  if (!scopes.includes(manageScope)) {
    throw new DomainError("forbidden", `A person's token counts here when it has the scope ${manageScope}.`);
  }
  if (!person) throw new DomainError("forbidden", "The token does not say who the person is (oid).");
}

/** Throws `forbidden`, naming the role that is missing, unless `mayDo`. */
export function requireRole(caller: Caller, permission: Permission): void {
  if (mayDo(caller, permission)) return;
  throw new DomainError("forbidden", `This needs the app role ${rolesThatMay[permission].join(" or ")}.`);
}
