export type DirectoryObject = { readonly [member: string]: unknown };

/** What a registration asks of Microsoft Graph. Paths start behind the version. */
export interface Directory {
  /** The object, or undefined when there is none. */
  find(path: string): Promise<DirectoryObject | undefined>;
  /** The object, waiting for it where the directory does not show yet what was just written. */
  get(path: string): Promise<DirectoryObject>;
  create(path: string, body: DirectoryObject): Promise<DirectoryObject>;
  update(path: string, body: DirectoryObject): Promise<void>;
  /** Creates the object with this alternate key, or updates it. */
  createOrUpdate(path: string, body: DirectoryObject): Promise<void>;
}

/** Throws when the member is missing: a registration without it would be half done. */
export function readText(object: DirectoryObject, member: string): string {
  const value = object[member];
  if (typeof value !== "string") throw new Error(`Microsoft Graph answered without ${member}.`);
  return value;
}

/** The items of a member that is a list; none where it is missing. */
export function readList(object: DirectoryObject, member: string): readonly DirectoryObject[] {
  const value = object[member];
  return Array.isArray(value) ? value : [];
}
