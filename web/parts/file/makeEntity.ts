import type { Api, Schemas } from "../../api/api.ts";
import { readDefinition, saveDefinition } from "../../api/definitions.ts";
import { isSame } from "../differences.ts";

type Proposal = Schemas["ProposedEntity"];

/** What was made, with the ETag of what is one's own; without one where the same was there already. */
export interface Made {
  readonly etag: string | undefined;
}

/**
 * Makes an entity, or saves it in place of the version that one made before. One that is there already, by an attempt that
 * ended half way or by somebody else, will do where it is the same, and is left alone where it is not.
 */
export async function makeEntity(api: Api, proposal: Proposal, etag?: string): Promise<Made> {
  const saved = await saveDefinition(api, "entities", proposal, etag);
  if (saved) return { etag: saved.etag };
  const { value: there } = await readDefinition(api, "entities", proposal.name);
  if (isSame(saidBy(there), saidBy(proposal))) return { etag: undefined };
  throw new Error(`There is another data entity "${there.name}" already. Give this one another name.`);
}

function saidBy({ fields, isPerCompany }: Pick<Proposal, "fields" | "isPerCompany">): unknown {
  return [
    isPerCompany,
    fields.map(({ name, type, isKey, isRequired, lengthMax }) => [name, type, isKey, isRequired, lengthMax]),
  ];
}
