import type { MemberError } from "./errors.ts";

/** One application id on the list of a job or a project; the list is the authorization. */
export interface AuthorizedApplication {
  readonly applicationId: string;
  readonly isEnabled: boolean;
}

export function isOnList(list: readonly AuthorizedApplication[], applicationId: string): boolean {
  return list.some((entry) => entry.isEnabled && entry.applicationId === applicationId);
}

export function applicationProblems(list: readonly AuthorizedApplication[]): MemberError[] {
  return list.flatMap((entry, index) => {
    const earlier = list.findIndex((other) => other.applicationId === entry.applicationId);
    if (earlier === index) return [];
    return [
      { path: `applications[${index}].applicationId`, message: `It is there already, as applications[${earlier}].` },
    ];
  });
}
