import { DomainError } from "../../domain/errors.ts";
import { invalidQuery } from "../manageRequest.ts";
import { readQuery } from "../request.ts";
import { escapeControls } from "../wireText.ts";
import { parseFilter } from "./filterParser.ts";
import type { EntityType, Filter, Property } from "./model.ts";
import { findProperty } from "./properties.ts";

export interface Order {
  readonly property: Property;
  readonly isDescending: boolean;
}

/** What a request asks of a set. */
export interface Query {
  readonly filter: Filter | undefined;
  /** Undefined for all of them. */
  readonly select: readonly Property[] | undefined;
  readonly order: readonly Order[];
  readonly skip: number;
  readonly top: number | undefined;
  readonly count: boolean;
  /** Where the page before ended. */
  readonly token: string | undefined;
}

const known = ["$filter", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"];
const propertiesMax = 100;
const numberMax = 2_147_483_647;
const tokenCharactersMax = 2_000;

/** Reads the options of a query. What begins with no `$` is not OData's, and passed over: clients send `cross-company`. */
export function readOptions(url: string, type: EntityType): Query {
  const options = readQuery(url);
  refuseUnknown([...options.keys()]);
  const filter = options.get("$filter");
  return {
    filter: filter === undefined || filter.trim() === "" ? undefined : parseFilter(filter, type),
    select: readSelect(options.get("$select"), type),
    order: readOrder(options.get("$orderby"), type),
    skip: readWhole(options, "$skip") ?? 0,
    top: readWhole(options, "$top"),
    count: readCount(options.get("$count")),
    token: readToken(options.get("$skiptoken")),
  };
}

/** Refuses the options that are OData's and not served here, and a form of the answer other than JSON. */
export function refuseUnknownOptions(url: string): void {
  refuseUnknown([...readQuery(url).keys()]);
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.find((name) => name.startsWith("$") && !known.includes(name));
  if (unknown === undefined) return;
  const path = escapeControls(unknown, 60);
  throw invalidQuery(path, `not supported yet: this option. There are ${known.join(", ")}.`);
}

function readSelect(text: string | undefined, type: EntityType): Query["select"] {
  const names = text?.split(",").map((name) => name.trim()) ?? [];
  if (names.length > propertiesMax) throw invalidQuery("$select", `It names more than ${propertiesMax} properties.`);
  if (names.length === 0 || names.includes("*") || text?.trim() === "") return undefined;
  return [...new Set(names.map((name) => findProperty(type, name, "$select")))];
}

function readOrder(text: string | undefined, type: EntityType): readonly Order[] {
  if (text === undefined || text.trim() === "") return [];
  const items = text.split(",");
  if (items.length > propertiesMax) throw invalidQuery("$orderby", `It names more than ${propertiesMax} properties.`);
  return items.map((item) => {
    const [name = "", direction = "asc", ...more] = item.trim().split(/\s+/);
    const isDescending = direction.toLowerCase() === "desc";
    if (more.length > 0 || (!isDescending && direction.toLowerCase() !== "asc")) {
      throw invalidQuery(
        "$orderby",
        "Names of properties with commas between them, each with asc or desc behind it or not.",
      );
    }
    return { property: findProperty(type, name, "$orderby"), isDescending };
  });
}

function readWhole(options: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = options.get(name)?.trim();
  if (text === undefined) return undefined;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : numberMax + 1;
  if (number <= numberMax) return number;
  throw invalidQuery(name, `A whole number from 0 to ${numberMax}.`);
}

function readCount(text: string | undefined): boolean {
  const value = text?.trim().toLowerCase() ?? "false";
  if (value !== "true" && value !== "false") throw invalidQuery("$count", "Either true or false.");
  return value === "true";
}

function readToken(text: string | undefined): string | undefined {
  if (text === undefined || (text !== "" && text.length <= tokenCharactersMax)) return text;
  throw new DomainError("invalid", "$skiptoken: this is not one that an @odata.nextLink gave.");
}
