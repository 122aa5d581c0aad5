import type { z } from "zod";
import { listOf } from "./manageAnswerSchemas.ts";
import { checkAnswer } from "./manageCheckSchema.ts";
import { useRoutes } from "./manageUseRoutes.ts";
import { changesAnswer, versionsAnswer } from "./manageVersionSchema.ts";
import { ask, change, type ManageRoute, page, read } from "./manageRoute.ts";

/** The routes that every kind of definition has. */
export function definitionRoutes(
  one: string,
  many: string,
  path: string,
  noun: string,
  request: z.ZodType,
  answer: z.ZodType,
): Record<string, ManageRoute> {
  const list = path.slice(0, path.indexOf("/"));
  return {
    [`manageList${many}`]: read({
      path: list,
      summary: `Every ${noun}.`,
      query: page,
      answer: listOf(`${one}Page`, answer),
    }),
    [`manageGet${one}`]: read({ path, summary: `The newest version of a ${noun}.`, answer }),
    [`managePut${one}`]: change({
      method: "PUT",
      path,
      summary: `Creates a ${noun}, or replaces the one that If-Match names.`,
      request,
      answer,
      hasPrecondition: true,
    }),
    [`manageDelete${one}`]: change({
      method: "DELETE",
      path,
      summary: `Deletes a ${noun} that nothing refers to.`,
      status: 204,
      hasPrecondition: true,
    }),
    ...questionRoutes(one, path, noun, request, answer),
    ...useRoutes(one, path, noun),
  };
}

/** What is asked of a definition, and changes nothing. */
function questionRoutes(
  one: string,
  path: string,
  noun: string,
  request: z.ZodType,
  answer: z.ZodType,
): Record<string, ManageRoute> {
  return {
    [`manageCheck${one}`]: ask({
      path: `${path}/check`,
      summary: `Why a save of this ${noun} would be refused, and what is seldom meant; stores nothing.`,
      request,
      answer: checkAnswer,
    }),
    [`manageList${one}Versions`]: read({
      path: `${path}/versions`,
      summary: `The versions of a ${noun}, newest first, also of one that was deleted.`,
      query: page,
      answer: versionsAnswer,
    }),
    [`manageGet${one}Version`]: read({
      path: `${path}/versions/{version}`,
      summary: `A version of a ${noun}, as it was saved.`,
      answer,
    }),
    [`manageGet${one}Changes`]: read({
      path: `${path}/versions/{version}/changes`,
      summary: `What a version of a ${noun} changed.`,
      query: { since: "The version to compare it with; the one before, when left out." },
      answer: changesAnswer,
    }),
  };
}
