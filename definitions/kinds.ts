import type { z } from "zod";
import { type Referred, type Referrer, referencesOf } from "../shared/domain/definitionReferences.ts";
import { checkMembers } from "../shared/http/manageBody.ts";
import { entityRequest, toEntity } from "../shared/http/manageEntitySchema.ts";
import { formatRequest, toFormat } from "../shared/http/manageFormatSchema.ts";
import { jobRequest, toJob } from "../shared/http/manageJobSchema.ts";
import { numberSequenceRequest, toNumberSequence } from "../shared/http/manageNumberSequenceSchema.ts";
import { projectRequest, toProject } from "../shared/http/manageProjectSchema.ts";
import { stylesheetRequest } from "../shared/http/manageStylesheetSchema.ts";

export type KindName = Referred["kind"] | "job";

/** What a file or an answer means, without what only answers say. */
export interface Definition {
  readonly kind: Kind;
  /** By what an address names it: the name, or the activity id of a job. */
  readonly id: string;
  readonly name: string;
  readonly value: object;
  /** The others that it names. */
  readonly references: readonly Referred[];
}

/** One kind of definition. */
export interface Kind {
  readonly name: KindName;
  /** What a person calls it. */
  readonly noun: string;
  /** Its list in the management API, and its folder. */
  readonly list: string;
  readonly request: z.ZodType;
  /** Throws `invalid` with each wrong member. */
  readonly read: (json: unknown) => Pick<Definition, "id" | "name" | "value" | "references">;
}

const named = <T extends { readonly name: string }>(value: T, referrer?: Referrer) => ({
  id: value.name,
  name: value.name,
  value,
  references: referrer ? referencesOf(referrer).map(({ to }) => to) : [],
});

/** Those that others refer to stand before those others. */
export const kinds: readonly Kind[] = [
  {
    name: "format",
    noun: "source data format",
    list: "formats",
    request: formatRequest,
    read: (json) => named(toFormat(checkMembers(formatRequest, json))),
  },
  {
    name: "stylesheet",
    noun: "stylesheet",
    list: "stylesheets",
    request: stylesheetRequest,
    read(json) {
      const { name, description, content } = checkMembers(stylesheetRequest, json);
      return named({ name, description, content });
    },
  },
  {
    name: "numberSequence",
    noun: "number sequence",
    list: "number-sequences",
    request: numberSequenceRequest,
    read: (json) => named(toNumberSequence(checkMembers(numberSequenceRequest, json))),
  },
  {
    name: "entity",
    noun: "data entity",
    list: "entities",
    request: entityRequest,
    read(json) {
      const value = toEntity(checkMembers(entityRequest, json));
      return named(value, { kind: "entity", value });
    },
  },
  {
    name: "project",
    noun: "data project",
    list: "projects",
    request: projectRequest,
    read(json) {
      const value = toProject(checkMembers(projectRequest, json));
      return named(value, { kind: "project", value });
    },
  },
  {
    name: "job",
    noun: "recurring data job",
    list: "jobs",
    request: jobRequest,
    read(json) {
      const body = checkMembers(jobRequest, json);
      const value = toJob(body, body.activityId ?? "");
      return { ...named(value, { kind: "job", value }), id: value.activityId };
    },
  },
];

/** The definition that a file, or an answer of the service, is of a kind. */
export function readDefinition(kind: Kind, json: unknown): Definition {
  return { kind, ...kind.read(json) };
}

export function describe({ kind, name }: Pick<Definition, "kind" | "name">): string {
  return `${kind.noun} "${name}"`;
}
