import type { ManageRoute } from "./manageRoute.ts";
import { manageRoutes } from "./manageRoutes.ts";

/** Where a definition is read and replaced: the answer's ETag names its version. */
export function namesVersion({ path, method }: ManageRoute): boolean {
  const isReplaced = (other: ManageRoute): boolean => other.method === "PUT" && other.path === path;
  return method !== "DELETE" && Object.values(manageRoutes).some(isReplaced);
}
