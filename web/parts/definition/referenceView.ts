import type { ListName } from "../../api/definitions.ts";
import { jobView, viewOf } from "../PageLink.tsx";
import { definitionView } from "./kind.ts";

const lists: Readonly<Record<string, ListName>> = {
  entity: "entities",
  format: "formats",
  stylesheet: "stylesheets",
  numberSequence: "number-sequences",
};

/** Where a definition is looked at that the service names by its kind. */
export function referenceView(kind: string, name: string): string {
  const list = lists[kind];
  if (list) return definitionView(list, name);
  return kind === "job" ? jobView(name) : viewOf(kind === "webhook" ? "webhooks" : "projects", name);
}
