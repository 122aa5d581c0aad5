import type { Definition, Draft } from "../api/definitions.ts";
import type { DefinitionKind } from "../parts/definition/kind.ts";

export type WebhookDraft = Draft<"webhooks">;
export type WebhookEvent = WebhookDraft["events"][number];

const labels: Readonly<Record<string, string>> = {
  name: "Name",
  description: "Description",
  url: "Address",
  kind: "How it is called",
  events: "Events",
  loadBounds: "Bounds of the load",
  isEnabled: "Enabled",
  activityId: "Recurring data job",
};

export const callNames = {
  standardWebhook: "Signed calls (Standard Webhooks)",
  eventGrid: "A topic of Azure Event Grid (CloudEvents)",
} as const;

export const events = [
  "message.ended",
  "export.ready",
  "message.parked",
  "run.missed",
  "load.exceeded",
] as const satisfies readonly WebhookEvent[];

export const eventNames: Readonly<Record<WebhookEvent, string>> = {
  "message.ended": "A message ended",
  "export.ready": "An export is ready",
  "message.parked": "A message is parked",
  "run.missed": "A run was missed",
  "load.exceeded": "The load is over a bound",
};

export const webhookKind: DefinitionKind<"webhooks"> = {
  list: "webhooks",
  noun: "webhook",
  title: "Webhooks",
  draftOf,
  membersOf: (draft) => ({ ...draft }),
  ofMembers: (members) => draftOf({ ...newWebhook(), ...members }),
  show: (member, value) => ({ label: labels[member] ?? member, content: <bdi>{textOf(value)}</bdi> }),
};

function draftOf(webhook: Definition<"webhooks"> | WebhookDraft): WebhookDraft {
  const { name, description, url, kind, events, loadBounds, isEnabled, activityId } = webhook;
  return {
    name,
    description: description ?? "",
    url,
    kind: kind ?? "standardWebhook",
    events,
    isEnabled: isEnabled ?? true,
    ...(loadBounds && { loadBounds }),
    // It is shown in braces, and sent without.
    ...(activityId !== undefined && { activityId: activityId.replace(/[{}]/g, "").toLowerCase() }),
  };
}

export function newWebhook(): WebhookDraft {
  return {
    name: "",
    description: "",
    url: "https://",
    kind: "standardWebhook",
    events: ["message.ended"],
    isEnabled: true,
  };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    const all: readonly unknown[] = value;
    return events.flatMap((event) => (all.includes(event) ? [eventNames[event]] : [])).join(", ");
  }
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
