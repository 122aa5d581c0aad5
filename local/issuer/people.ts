import { appRoles } from "../../shared/auth/roles.ts";

/** Somebody who may sign in to the management page, without a password. */
export interface Person {
  readonly objectId: string;
  readonly userName: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly mayDo: string;
}

/** Changes what there is. */
export const managingPerson: Person = {
  objectId: "00000000-0000-4000-9000-0000000000e1",
  userName: "maja@development.example",
  name: "Maja Manager",
  roles: [appRoles.manage],
  mayDo: "sees everything and may change it",
};

/** Looks at what there is. */
export const readingPerson: Person = {
  objectId: "00000000-0000-4000-9000-0000000000e2",
  userName: "rune@development.example",
  name: "Rune Reader",
  roles: [appRoles.read],
  mayDo: "sees everything and changes nothing",
};

export const people: readonly Person[] = [managingPerson, readingPerson];
