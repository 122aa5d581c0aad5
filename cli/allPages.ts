import { UsageError } from "./exitCodes.ts";

const pagesMax = 50;

interface PageOf<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

/** A list as a whole, or its first ten thousand. */
export async function allPages<T>(
  readPage: (query: { readonly limit: number; readonly continuation?: string }) => Promise<PageOf<T>>,
): Promise<readonly T[]> {
  const found: T[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await readPage({ limit: 200, ...(continuation !== undefined && { continuation }) });
    found.push(...page.items);
    ({ continuation } = page);
    if (continuation === undefined) break;
  }
  return found;
}

/** The option `--limit`. */
export function readLimit(text: string | undefined, otherwise: number): number {
  const limit = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new UsageError(`--limit is "${text}"; it is 1 to 200.`);
}
