import { type Api, read, readVersioned, type Schemas } from "./api.ts";

/** What is sent to save a definition, by the list that it is in. */
interface Requests {
  entities: Schemas["EntityRequest"];
  formats: Schemas["FormatRequest"];
  stylesheets: Schemas["StylesheetRequest"];
  "number-sequences": Schemas["NumberSequenceRequest"];
  webhooks: Schemas["WebhookRequest"];
}

interface Answers {
  entities: Schemas["Entity"];
  formats: Schemas["Format"];
  stylesheets: Schemas["Stylesheet"];
  "number-sequences": Schemas["NumberSequence"];
  webhooks: Schemas["Webhook"];
}

/** The lists of definitions that are known by a name of their own. */
export type ListName = keyof Requests;
/** Of those, the ones that others name. */
export type UsedList = Exclude<ListName, "webhooks">;
export type Draft<L extends ListName> = Requests[L];
export type Definition<L extends ListName> = Answers[L];

export interface Stored<L extends ListName> {
  readonly value: Definition<L>;
  readonly etag: string;
}

export function isUsedList(list: ListName): list is UsedList {
  return list !== "webhooks";
}

interface PageOf<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

/** A page of the list; the types of the document say by the list's name what is in it. */
export async function listDefinitions<L extends ListName>(
  api: Api,
  list: L,
  continuation: string | undefined,
  signal: AbortSignal,
): Promise<PageOf<Definition<L>>> {
  const query = { limit: 200, ...(continuation !== undefined && { continuation }) };
  const page: PageOf<Definition<ListName>> = read(
    await api.GET(`/manage/api/${list as ListName}`, { params: { query }, signal }),
  );
  return page as PageOf<Definition<L>>;
}

export async function readDefinition<L extends ListName>(
  api: Api,
  list: L,
  name: string,
  signal?: AbortSignal,
): Promise<Stored<L>> {
  const path = `/manage/api/${list as ListName}/{name}` as const;
  return readVersioned(await api.GET(path, { params: { path: { name } }, ...(signal && { signal }) })) as Stored<L>;
}

/** What a save of the draft would be refused for. */
export async function checkDefinition<L extends ListName>(
  api: Api,
  list: L,
  draft: Draft<L>,
  signal?: AbortSignal,
): Promise<Schemas["DefinitionCheck"]> {
  const path = `/manage/api/${list as ListName}/{name}/check` as const;
  // A definition without a name has no address yet, and the answer says that it needs one.
  const name = draft.name.trim() || "new";
  return read(await api.POST(path, { params: { path: { name } }, body: draft, ...(signal && { signal }) }));
}

/**
 * Saves a definition: a new one where no etag is given, in place of that version otherwise. Answers undefined where another
 * one is there by now, and nothing was saved.
 */
export async function saveDefinition<L extends ListName>(
  api: Api,
  list: L,
  draft: Draft<L>,
  etag: string | undefined,
): Promise<Stored<L> | undefined> {
  const path = `/manage/api/${list as ListName}/{name}` as const;
  const outcome = await api.PUT(path, {
    params: { path: { name: draft.name.trim() }, ...(etag !== undefined && { header: { "If-Match": etag } }) },
    body: draft,
  });
  if (outcome.response.status === 412 || outcome.response.status === 428) return undefined;
  return readVersioned(outcome) as Stored<L>;
}

export async function removeDefinition(api: Api, list: ListName, name: string, etag: string): Promise<void> {
  const params = { path: { name }, header: { "If-Match": etag } };
  read(await api.DELETE(`/manage/api/${list}/{name}`, { params }));
}
