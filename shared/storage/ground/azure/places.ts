import { openClients, type StorageAccount } from "./credentials.ts";
import { defaultTryOptions, withTries } from "./tries.ts";

/** What stands in a storage account, by name. */
export interface Places {
  readonly tables: readonly string[];
  readonly containers: readonly string[];
  readonly queues: readonly string[];
}

const namesAtOnce = 1000;

/** Asks all three services, and so also whether they let the caller in. Makes nothing. */
export async function listPlaces(account: StorageAccount): Promise<Places> {
  const { blobService, queueService, tableService } = openClients(account);
  const maxPageSize = namesAtOnce;
  const tables = await namesOf((from, abortSignal) =>
    nextOf(tableService.listTables({ abortSignal }).byPage({ maxPageSize, ...from }), (page) =>
      page.flatMap(({ name }) => name ?? []),
    ),
  );
  const containers = await namesOf((from, abortSignal) =>
    nextOf(blobService.listContainers({ abortSignal }).byPage({ maxPageSize, ...from }), (page) =>
      page.containerItems.map(({ name }) => name),
    ),
  );
  const queues = await namesOf((from, abortSignal) =>
    nextOf(queueService.listQueues({ abortSignal }).byPage({ maxPageSize, ...from }), (page) =>
      (page.queueItems ?? []).map(({ name }) => name),
    ),
  );
  return { tables, containers, queues };
}

interface NamePage {
  readonly names: readonly string[];
  readonly continuation: string | undefined;
}

type ReadPage = (from: { readonly continuationToken?: string }, abortSignal: AbortSignal) => Promise<NamePage>;

async function namesOf(readPage: ReadPage): Promise<readonly string[]> {
  const tries = withTries(defaultTryOptions);
  const names: string[] = [];
  let from: { readonly continuationToken?: string } = {};
  for (;;) {
    const page = await tries((abortSignal) => readPage(from, abortSignal));
    names.push(...page.names);
    if (!page.continuation) return names;
    from = { continuationToken: page.continuation };
  }
}

async function nextOf<Page extends { readonly continuationToken?: string }>(
  pages: AsyncIterator<Page>,
  toNames: (page: Page) => readonly string[],
): Promise<NamePage> {
  const next = await pages.next();
  if (next.done) return { names: [], continuation: undefined };
  return { names: toNames(next.value), continuation: next.value.continuationToken };
}
