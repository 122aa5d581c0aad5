import { DomainError, type ErrorCode, type MemberError } from "../../domain/errors.ts";
import type { Ports } from "../../ports.ts";
import type { DefinitionKind, DefinitionTypes } from "../../ports/definitions.ts";
import type { DefinitionRules, Warning } from "./definitionRules.ts";
import { type Reference, ReferredError } from "./refusedChange.ts";

/** One reason for which a save would be refused. */
export interface Problem extends MemberError {
  readonly code: ErrorCode;
  /** The definitions that would break. */
  readonly referredBy?: readonly Reference[];
}

export interface DefinitionCheck {
  /** Whether a save would replace something. */
  readonly exists: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** Refusals that speak of the definition, and not of the moment or of who asks. */
const codes: readonly ErrorCode[] = ["invalid", "conflict", "notFound", "unprocessable"];

/** What a save of the definition would be refused for in this moment; nothing is stored, and nobody waits for it. */
export async function checkDefinition<K extends DefinitionKind, Fitting>(
  ports: Ports,
  kind: K,
  id: string,
  value: DefinitionTypes[K],
  rules: DefinitionRules<DefinitionTypes[K], Fitting>,
): Promise<DefinitionCheck> {
  const replaced = await ports.definitions.find(kind, id);
  const problems = await problemsIn(async () => {
    await rules.requireSound(ports, value);
    await rules.requireFits(ports, value, replaced);
  });
  const warnings = (await rules.warningsOf?.(ports, value)) ?? [];
  return { exists: replaced !== undefined, problems, warnings };
}

/** What the rules throw, as problems; anything else goes on. */
export async function problemsIn(judge: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await judge();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError) || !codes.includes(error.code)) throw error;
    const { code, message, members } = error;
    if (members.length > 0) return members.map((member) => ({ ...member, code }));
    const referredBy = error instanceof ReferredError ? { referredBy: error.referredBy } : {};
    return [{ path: "", message, code, ...referredBy }];
  }
}
