import { DomainError } from "../../domain/errors.ts";
import { type SourceFormat, builtInFormats } from "../../domain/sourceFormat.ts";
import type { Definition, Page, PageRequest, Ports } from "../../ports.ts";

export interface KnownFormat {
  readonly format: SourceFormat;
  /** Undefined for a format that is built in. */
  readonly saved: Definition<SourceFormat> | undefined;
}

/** A stored format, or the built-in one of this name; `notFound` when there is neither. */
export async function loadKnownFormat(ports: Ports, name: string): Promise<KnownFormat> {
  const saved = await ports.definitions.find("format", name);
  const wanted = name.trim().toLowerCase();
  const format = saved?.value ?? builtInFormats.find((candidate) => candidate.name.toLowerCase() === wanted);
  if (format) return { format, saved };
  throw new DomainError("notFound", `There is no source data format "${name}".`);
}

/** Where the built-in formats end and the stored ones begin. */
const storedMark = "s";

/** The built-in formats that no stored one replaces, then the stored ones by name. */
export async function listFormats(ports: Ports, page: PageRequest): Promise<Page<KnownFormat>> {
  const { limit, continuation } = page;
  if (continuation?.startsWith(storedMark)) return listStored(ports, limit, continuation.slice(storedMark.length));
  const first = continuation === undefined ? 0 : Number(continuation);
  const remaining = await unreplaced(ports);
  if (!Number.isInteger(first) || first < 0 || first > remaining.length) throw notOurs();
  const items = remaining.slice(first, first + limit).map((format) => ({ format, saved: undefined }));
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
  const items = page.items.map((saved) => ({ format: saved.value, saved }));
  return page.continuation === undefined ? { items } : { items, continuation: storedMark + page.continuation };
}

function notOurs(): DomainError {
  const message = "This is not a continuation that this list gave; begin again without one.";
  return new DomainError("invalid", message, [{ path: "continuation", message }]);
}
