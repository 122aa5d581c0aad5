import type { Schemas } from "../../api/api.ts";

export type Filter = readonly Schemas["FilterEntry"][];

/** Whether its criteria were typed. */
export function isWhole({ criteria }: Filter[number]): boolean {
  return criteria !== "";
}

/** With one more entry, for a field that has none yet. */
export function withEntry(filter: Filter, fields: readonly string[]): Filter {
  const free = fields.find((name) => !filter.some(({ field }) => field === name));
  return [...filter, { field: free ?? fields[0] ?? "", criteria: "" }];
}

/** A filter in a line of text. */
export function filterText(filter: Filter): string {
  if (filter.length === 0) return "all records";
  return filter.map(({ field, criteria }) => `${field} ${criteria}`).join("; ");
}
