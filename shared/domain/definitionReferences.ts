import { type DataEntity, isSameName } from "./dataEntity.ts";
import type { DataProject } from "./dataProject.ts";
import { numberedFields } from "./numberSequence.ts";
import type { RecurringJob } from "./recurringJob.ts";
import type { Webhook } from "./webhook.ts";

/** What a definition that refers to others is. */
export type Referrer =
  | { readonly kind: "entity"; readonly value: DataEntity }
  | { readonly kind: "project"; readonly value: DataProject }
  | { readonly kind: "job"; readonly value: RecurringJob }
  | { readonly kind: "webhook"; readonly value: Webhook };

/** What others refer to by its name, and to a job by its activity id. */
export interface Referred {
  readonly kind: "entity" | "format" | "stylesheet" | "project" | "job" | "numberSequence";
  readonly name: string;
}

export const referenceRoles = [
  "line",
  "format",
  "stylesheet",
  "child",
  "parent",
  "lookup",
  "numberSequence",
  "project",
  "job",
] as const;

/** One place in a definition that names another one, and as what. */
export interface Place {
  /** Such as `lines[2].format`. */
  readonly path: string;
  readonly role: (typeof referenceRoles)[number];
  /** In a project: the label of the line's entity. */
  readonly line?: string;
  /** In an entity: the field. */
  readonly field?: string;
}

/** Every place of a definition that names another one; what names none has none. */
export function referencesOf(referrer: Referrer): readonly (Place & { readonly to: Referred })[] {
  switch (referrer.kind) {
    case "entity":
      return ofEntity(referrer.value);
    case "project":
      return ofProject(referrer.value);
    case "job":
      return [{ path: "project", role: "project", to: { kind: "project", name: referrer.value.project } }];
    case "webhook":
      return ofWebhook(referrer.value);
  }
}

/** The places of a definition that name the one that is meant. */
export function placesOf(referrer: Referrer, { kind, name }: Referred): readonly Place[] {
  const meant = name.trim();
  return referencesOf(referrer).flatMap(({ to, ...place }) => {
    return to.kind === kind && isSameName(to.name.trim(), meant) ? [place] : [];
  });
}

/** One that hears all jobs names none. */
function ofWebhook({ activityId: name }: Webhook): ReturnType<typeof referencesOf> {
  return name === undefined ? [] : [{ path: "activityId", role: "job", to: { kind: "job", name } }];
}

function ofProject({ lines }: DataProject): ReturnType<typeof referencesOf> {
  return lines.flatMap(({ entity, format, stylesheets = [] }, index) => [
    { path: `lines[${index}].entity`, role: "line", line: entity, to: { kind: "entity", name: entity } },
    { path: `lines[${index}].format`, role: "format", line: entity, to: { kind: "format", name: format } },
    ...stylesheets.map((name, at) => {
      const path = `lines[${index}].stylesheets[${at}]`;
      return { path, role: "stylesheet", line: entity, to: { kind: "stylesheet", name } } as const;
    }),
  ]);
}

function ofEntity(entity: DataEntity): ReturnType<typeof referencesOf> {
  const { partOf, children = [], fields } = entity;
  const places = fields.flatMap(({ name: field, rules = [] }, index) =>
    rules.flatMap((rule, at) => {
      if (rule.kind !== "lookup") return [];
      const path = `fields[${index}].rules[${at}].entity`;
      return [{ path, role: "lookup", field, to: { kind: "entity", name: rule.entity } } as const];
    }),
  );
  return [
    ...children.map((name, index) => {
      return { path: `children[${index}]`, role: "child", to: { kind: "entity", name } } as const;
    }),
    ...(partOf
      ? [{ path: "partOf.entity", role: "parent", to: { kind: "entity", name: partOf.entity } } as const]
      : []),
    ...places,
    ...ofNumbers(entity),
  ];
}

function ofNumbers(entity: DataEntity): ReturnType<typeof referencesOf> {
  return numberedFields(entity).map(({ name: field, numberSequence: name }) => {
    const path = `fields[${entity.fields.findIndex((each) => each.name === field)}].numberSequence`;
    return { path, role: "numberSequence", field, to: { kind: "numberSequence", name } };
  });
}
