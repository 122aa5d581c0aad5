import { DomainError } from "../../domain/errors.ts";

/** Why one of many was refused; undefined when it was done. Storage that fails is no refusal: it ends the call. */
export async function refusalOf(work: () => Promise<void>): Promise<DomainError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
