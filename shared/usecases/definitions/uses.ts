import { isSameName } from "../../domain/dataEntity.ts";
import { type Place, placesOf, type Referred, type Referrer } from "../../domain/definitionReferences.ts";
import { DomainError } from "../../domain/errors.ts";
import { builtInFormats } from "../../domain/sourceFormat.ts";
import type { Ports } from "../../ports.ts";
import type { DefinitionKind } from "../../ports/definitions.ts";
import type { Page, PageRequest } from "../../ports/stored.ts";
import { projectRunsId } from "../orders/projectRuns.ts";
import type { Reference } from "./refusedChange.ts";

const placesMax = 100;
const usesAtOnce = 200;

const referrers: Readonly<Record<Referred["kind"], readonly Referrer["kind"][]>> = {
  entity: ["entity", "project"],
  format: ["project"],
  stylesheet: ["project"],
  numberSequence: ["entity"],
  project: ["job"],
  job: ["webhook"],
};

/** A definition that names another one. */
export interface Use {
  readonly kind: Referrer["kind"];
  readonly name: string;
  /** Of a job. */
  readonly activityId?: string;
  readonly version: number;
  /** The first of them. */
  readonly places: readonly Place[];
  readonly placeCount: number;
  /** What it names is not deleted for as long as it does. */
  readonly blocksDeletion: boolean;
}

/** Whether others refer to definitions of the kind at all. */
export function isReferred(kind: DefinitionKind): kind is Referred["kind"] {
  return kind in referrers;
}

/** Where a definition is used: a page of the definitions that name it, entities before projects. */
export async function listUses(ports: Ports, to: Referred, page: PageRequest): Promise<Page<Use>> {
  const kinds = referrers[to.kind];
  let { index, key } = readStart(kinds, page.continuation);
  const items: Use[] = [];
  for (let kind = kinds[index]; kind; kind = kinds[++index]) {
    const limit = page.limit - items.length;
    if (limit === 0) return { items, continuation: kind };
    const found = await ports.definitions.listReferring(kind, to, { limit, ...(key && { continuation: key }) });
    for (const { value, version } of found.items) items.push(toUse(value, version, to));
    if (found.continuation !== undefined) return { items, continuation: `${kind}-${found.continuation}` };
    key = undefined;
  }
  return { items };
}

/** Where the runs of a project are kept: its own, and those of its jobs. */
export async function* runsOfProject(ports: Ports, name: string): AsyncGenerator<string> {
  yield projectRunsId(name);
  let continuation: string | undefined;
  do {
    const page = { limit: usesAtOnce, ...(continuation !== undefined && { continuation }) };
    const uses = await listUses(ports, { kind: "project", name }, page);
    for (const { activityId } of uses.items) if (activityId !== undefined) yield activityId;
    continuation = uses.continuation;
  } while (continuation !== undefined);
}

/** Those that keep a definition from being deleted. */
export async function blockingReferences(ports: Ports, to: Referred): Promise<readonly Reference[]> {
  const found: Use[] = [];
  let continuation: string | undefined;
  do {
    const page = await listUses(ports, to, { limit: usesAtOnce, ...(continuation !== undefined && { continuation }) });
    found.push(...page.items.filter(({ blocksDeletion }) => blocksDeletion));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return found.map(({ kind, name, activityId = name }) => ({ kind, name: activityId }));
}

/** Whatever names it, but an entity that names itself; a format that stood for a built-in one leaves that behind. */
function blocksDeletion({ kind, value: { name } }: Referrer, to: Referred): boolean {
  if (to.kind === "format") return !builtInFormats.some((format) => isSameName(format.name, to.name.trim()));
  return kind !== to.kind || !isSameName(name, to.name.trim());
}

function toUse(value: Referrer["value"], version: number, to: Referred): Use {
  const referrer = toReferrer(value);
  const places = placesOf(referrer, to);
  const { kind } = referrer;
  const { name } = value;
  const job = referrer.kind === "job" ? { activityId: referrer.value.activityId } : {};
  const shown = { places: places.slice(0, placesMax), placeCount: places.length };
  return { kind, name, ...job, version, ...shown, blocksDeletion: blocksDeletion(referrer, to) };
}

function toReferrer(value: Referrer["value"]): Referrer {
  if ("url" in value) return { kind: "webhook", value };
  if ("activityId" in value) return { kind: "job", value };
  return "lines" in value ? { kind: "project", value } : { kind: "entity", value };
}

/** The kind that a page goes on with, and the key behind which it does. */
function readStart(kinds: readonly string[], continuation: string | undefined) {
  if (continuation === undefined) return { index: 0, key: undefined };
  const [kind = "", key, ...more] = continuation.split("-");
  const index = kinds.indexOf(kind);
  if (index >= 0 && key !== "" && more.length === 0) return { index, key };
  const message = "This is not a continuation that this list gave; begin again without one.";
  throw new DomainError("invalid", message, [{ path: "continuation", message }]);
}
