import { z } from "zod";
import { referenceRoles } from "../domain/definitionReferences.ts";
import type { Use } from "../usecases/definitions/uses.ts";
import { listOf } from "./manageAnswerSchemas.ts";
import { toShownId } from "./manageDefinitionWire.ts";
import { shownIdMember } from "./manageMembers.ts";
import { type ManageRoute, page, read } from "./manageRoute.ts";
import { asAnswer } from "./schemaNames.ts";

const place = asAnswer(
  "UsePlace",
  z.strictObject({
    path: z.string().meta({ description: "Of the member that holds the name, such as lines[2].format." }),
    role: z.enum(referenceRoles).meta({ description: "As what it is named there." }),
    line: z.string().exactOptional().meta({ description: "In a project: the entity of the line." }),
    field: z.string().exactOptional().meta({ description: "In an entity: the field." }),
  }),
);

const use = asAnswer(
  "DefinitionUse",
  z.strictObject({
    kind: z.enum(["entity", "project", "job", "webhook"]),
    name: z.string(),
    activityId: shownIdMember.exactOptional().meta({ description: "Of a job." }),
    version: z.int().meta({ description: "The version that was looked at: the newest." }),
    places: z.array(place).meta({ description: "The first 100." }),
    placeCount: z.int(),
    blocksDeletion: z.boolean().meta({ description: "The definition is not deleted for as long as this one uses it." }),
  }),
);

const usesAnswer = listOf("DefinitionUsePage", use);

/** Where a definition is used. */
export function useRoutes(one: string, path: string, noun: string): Record<string, ManageRoute> {
  const summary = `The definitions that use a ${noun}, and where in them; a page may hold fewer than asked and go on.`;
  return { [`manageList${one}Uses`]: read({ path: `${path}/uses`, summary, query: page, answer: usesAnswer }) };
}

export function toUseView({ activityId, ...use }: Use): Use {
  return { ...use, ...(activityId !== undefined && { activityId: toShownId(activityId) }) };
}
