import { DomainError, type MemberError } from "../../domain/errors.ts";
import type { DefinitionKind } from "../../ports/definitions.ts";

export interface Reference {
  readonly kind: DefinitionKind;
  /** The name of an entity, a format or a project; the activity id of a job. */
  readonly name: string;
}

/** A definition that cannot be deleted or changed so, because others refer to it. */
export class ReferredError extends DomainError {
  readonly referredBy: readonly Reference[];

  constructor(message: string, referredBy: readonly Reference[]) {
    super("conflict", message);
    this.referredBy = referredBy;
  }
}

/** Throws `invalid` with all problems, when there are any. */
export function requireNoProblems(what: string, problems: readonly MemberError[]): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const where = first.path === "" ? "" : `${first.path}: `;
  throw new DomainError("invalid", `${what} cannot be saved: ${where}${first.message}${more}`, problems);
}

/** Every problem with the path of the member that holds it in front. */
export function under(path: string, problems: readonly MemberError[]): readonly MemberError[] {
  return problems.map((problem) => ({ ...problem, path: problem.path === "" ? path : `${path}.${problem.path}` }));
}
