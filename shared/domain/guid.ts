/** A GUID in the one spelling that ids are stored and compared in: lower case, with dashes, without braces. */
export const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isGuid(text: string): boolean {
  return guidPattern.test(text);
}
