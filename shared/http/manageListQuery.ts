import { executionStates } from "../domain/execution.ts";
import type { Span } from "../ports/lists.ts";
import { type MessagesQuestion, messageStandings } from "../usecases/watch/listAllMessages.ts";
import type { ExecutionWish } from "../usecases/watch/listExecutions.ts";
import { invalidQuery, readSpan } from "./manageRequest.ts";
import { readQuery, requireGuid } from "./request.ts";

interface Request {
  readonly url: string;
}

/** Shorter ones would find whatever came within hours: the first digits of an id are a time. */
const idCharactersMin = 4;
const externalCharactersMax = 1024;
const idBeginning = /^[0-9a-f]{1,8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?$/;

/** Which messages of all jobs are meant: the query says exactly one of `standing`, `id` and `externalIdentifier`. */
export function readMessagesQuestion(request: Request): MessagesQuestion {
  const query = readQuery(request.url);
  const said = ["standing", "id", "externalIdentifier"].filter((name) => query.has(name.toLowerCase()));
  if (said.length !== 1) {
    throw invalidQuery("standing", "Say one of standing, id and externalIdentifier, and no more than one.");
  }
  const id = query.get("id");
  if (id !== undefined) return { ...refuseSpan(request, "id"), id: readIdBeginning(id) };
  const externalIdentifier = query.get("externalidentifier");
  if (externalIdentifier !== undefined) {
    return { ...refuseSpan(request, "externalIdentifier"), externalIdentifier: readBeginning(externalIdentifier) };
  }
  const standing = oneOf("standing", messageStandings, query.get("standing") ?? "");
  const isEnded = standing === "ended" || standing === "failed";
  return { ...(isEnded ? readSpan(request) : refuseSpan(request, `standing=${standing}`)), standing };
}

/** Which executions are meant. */
export function readExecutionWish(request: Request): ExecutionWish {
  const query = readQuery(request.url);
  const [state, project, entity, job] = ["state", "project", "entity", "job"].map((name) => query.get(name));
  return {
    ...readSpan(request),
    ...(state !== undefined && { state: oneOf("state", executionStates, state) }),
    ...(project !== undefined && { project }),
    ...(entity !== undefined && { entity }),
    ...(job !== undefined && { activityId: requireGuid(job, "activity id") }),
  };
}

function refuseSpan(request: Request, what: string): Span {
  for (const name of ["from", "to"]) {
    if (readQuery(request.url).has(name)) {
      throw invalidQuery(name, `Only what has ended has a time: standing=ended or failed, and not ${what}.`);
    }
  }
  return {};
}

function readIdBeginning(text: string): string {
  const id = text
    .trim()
    .replace(/^\{|\}$/g, "")
    .toLowerCase();
  if (id.length >= idCharactersMin && idBeginning.test(id)) return id;
  throw invalidQuery("id", `The beginning of a message id, ${idCharactersMin} characters or more, as 019a3f2c-7d.`);
}

function readBeginning(text: string): string {
  if (text.trim() !== "" && text.length <= externalCharactersMax) return text;
  throw invalidQuery(
    "externalIdentifier",
    `1 to ${externalCharactersMax} characters, as a file name or its beginning.`,
  );
}

function oneOf<T extends string>(name: string, all: readonly T[], text: string): T {
  const found = all.find((known) => known.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw invalidQuery(name, `One of ${all.join(", ")}.`);
}
