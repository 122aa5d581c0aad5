/** The address is served, and not for this method. Answered 405, with those for which it is. */
export class MethodNotAllowed extends Error {
  override readonly name = "MethodNotAllowed";
  readonly allow: readonly string[];

  constructor(method: string, allow: readonly string[]) {
    super(`${method} is not served at this address, but ${allow.join(", ")}.`);
    this.allow = allow;
  }
}
