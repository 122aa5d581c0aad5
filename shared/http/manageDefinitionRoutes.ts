import type { z } from "zod";
import { listOf } from "./manageAnswerSchemas.ts";
import { checkAnswer } from "./manageCheckSchema.ts";
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
    [`manageCheck${one}`]: ask({
      path: `${path}/check`,
      summary: `Why a save of this ${noun} would be refused, and what is seldom meant; stores nothing.`,
      request,
      answer: checkAnswer,
    }),
  };
}
