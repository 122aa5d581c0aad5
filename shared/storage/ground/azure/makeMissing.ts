import { codeOf } from "./failures.ts";

/** Runs a request on a named table, container or queue, and makes that first when it is missing. */
export type Made = <Answer>(name: string, run: () => Promise<Answer>) => Promise<Answer>;

/**
 * Asks nothing before the first failure, so that the usual request costs one round trip; requests that fail together
 * share one creation.
 */
export function makeMissing(missingCode: string, make: (name: string) => Promise<unknown>): Made {
  const making = new Map<string, Promise<unknown>>();
  return async (name, run) => {
    try {
      return await run();
    } catch (error) {
      if (codeOf(error) !== missingCode) throw error;
    }
    const made = making.get(name) ?? make(name).finally(() => making.delete(name));
    making.set(name, made);
    await made;
    return run();
  };
}
