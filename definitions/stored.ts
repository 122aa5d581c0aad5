import { DomainError } from "../shared/domain/errors.ts";
import { accepted, type ManagementApi } from "./managementApi.ts";
import { type Definition, type Kind, readDefinition } from "./kinds.ts";

/** A definition as the service has it. */
export interface Stored extends Definition {
  readonly etag: string;
}

const pageItems = 200;
const pagesMax = 500;

export function addressOf({ kind, id }: Pick<Definition, "kind" | "id">): string {
  return `${kind.list}/${encodeURIComponent(id)}`;
}

/** What is stored with the ETag that it has; undefined where nothing is, or only what is built in. */
export async function findStored(
  api: ManagementApi,
  wanted: Pick<Definition, "kind" | "id">,
): Promise<Stored | undefined> {
  const answer = await api("GET", addressOf(wanted));
  if (answer.status === 404) return undefined;
  const { json, etag } = accepted(`The ${wanted.kind.noun} "${wanted.id}" cannot be read`, answer);
  return etag === undefined ? undefined : { ...readAnswer(wanted.kind, json), etag };
}

/** Everything of a kind that somebody saved. */
export async function listStored(api: ManagementApi, kind: Kind): Promise<readonly Definition[]> {
  const found: Definition[] = [];
  let more = "";
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await api("GET", `${kind.list}?limit=${pageItems}${more}`);
    const { items, continuation } = toPage(accepted(`The list of each ${kind.noun} cannot be read`, answer).json);
    found.push(...items.filter((item) => !isBuiltIn(item)).map((item) => readAnswer(kind, item)));
    if (continuation === undefined) return found;
    more = `&continuation=${encodeURIComponent(continuation)}`;
  }
  throw new Error(`There are more than ${pagesMax * pageItems} of the kind ${kind.noun}.`);
}

/** A service of a later version may say what is not known here, and would be lost. */
function readAnswer(kind: Kind, json: unknown): Definition {
  try {
    return readDefinition(kind, json);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { name }: { readonly name?: unknown } = Object(json);
    const text = `The ${kind.noun} ${JSON.stringify(name)} of the service is not understood here: ${error.message} Use this command in the version of the service.`;
    throw new Error(text, { cause: error });
  }
}

function toPage(json: unknown): { readonly items: readonly unknown[]; readonly continuation: string | undefined } {
  const { items, continuation }: { readonly items?: unknown; readonly continuation?: unknown } = Object(json);
  if (!Array.isArray(items)) throw new Error("The service answered a list that is none. Is it of another version?");
  return { items, continuation: typeof continuation === "string" ? continuation : undefined };
}

function isBuiltIn(item: unknown): boolean {
  const { isBuiltIn: is }: { readonly isBuiltIn?: unknown } = Object(item);
  return is === true;
}
