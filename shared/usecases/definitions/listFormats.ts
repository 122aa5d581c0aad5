import { DomainError } from "../../domain/errors.ts";
import { type SourceFormat, builtInFormats } from "../../domain/sourceFormat.ts";
import type { Ports } from "../../ports.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import type { KnownFormat } from "./loadDefinitions.ts";

/** Where the built-in formats end and the stored ones begin. */
const storedMark = "s";

/** The built-in formats that no stored one replaces, then the stored ones by name. */
export async function listFormats(ports: Ports, page: PageRequest): Promise<Page<KnownFormat>> {
  const { limit, continuation } = page;
  if (continuation?.startsWith(storedMark)) return listStored(ports, limit, continuation.slice(storedMark.length));
  const first = continuation === undefined ? 0 : Number(continuation);
  const remaining = await unreplaced(ports);
  if (!Number.isInteger(first) || first < 0 || first > remaining.length) throw notOurs();
  const items: KnownFormat[] = remaining.slice(first, first + limit).map((value) => ({ value }));
  if (items.length === limit) return { items, continuation: String(first + limit) };
  const stored = await listStored(ports, limit - items.length, "");
  return { ...stored, items: [...items, ...stored.items] };
}

async function unreplaced(ports: Ports): Promise<readonly SourceFormat[]> {
  const saved = await Promise.all(builtInFormats.map((format) => ports.definitions.find("format", format.name)));
  return builtInFormats.filter((_, index) => saved[index] === undefined);
}

async function listStored(ports: Ports, limit: number, continuation: string): Promise<Page<KnownFormat>> {
  const page = await ports.definitions.list("format", { limit, ...(continuation && { continuation }) });
  return page.continuation === undefined ? page : { ...page, continuation: storedMark + page.continuation };
}

function notOurs(): DomainError {
  const message = "This is not a continuation that this list gave; begin again without one.";
  return new DomainError("invalid", message, [{ path: "continuation", message }]);
}
