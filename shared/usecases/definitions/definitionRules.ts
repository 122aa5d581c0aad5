import type { MemberError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";

/** Nothing that keeps a definition from being saved, but something that is seldom meant. */
export interface Warning extends MemberError {
  readonly code: string;
}

/**
 * What a save asks of a definition before it writes anything. A check asks the same, and writes nothing: so whatever a
 * save would refuse, and nothing else, a check tells.
 */
export interface DefinitionRules<T, Fitting = void> {
  /** Throws what the definition breaks by itself. */
  requireSound(ports: Ports, value: T): Promise<void>;
  /** Throws what it breaks between it and the others, as they are in this moment. */
  requireFits(ports: Ports, value: T, replaced: Definition<T> | undefined): Promise<Fitting>;
  warningsOf?(ports: Ports, value: T): Promise<readonly Warning[]>;
}

/** For rules that reach no other definition. */
export const fitsAlways = (): Promise<void> => Promise.resolve();
