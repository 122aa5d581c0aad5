// GET    /manage/api/number-sequences          every number sequence
// GET    /manage/api/number-sequences/{name}   one of them, and how far its numbers are
// PUT    /manage/api/number-sequences/{name}   create it, or replace the version that If-Match names
// DELETE /manage/api/number-sequences/{name}   delete it, when it numbers no field
// POST   /manage/api/number-sequences/{name}/check   why a save of it would be refused
import { app } from "@azure/functions";
import { manageFunctions } from "../shared/app.ts";
import type { ManageHandlers } from "../shared/http/manageCall.ts";
import { toNumberSequenceDetail, toNumberSequenceView } from "../shared/http/manageDefinitionWire.ts";
import { definitionHandlers, readNamed } from "../shared/http/manageDefinitions.ts";
import { numberSequenceRequest, toNumberSequence } from "../shared/http/manageNumberSequenceSchema.ts";
import { loadNumberSequence } from "../shared/usecases/definitions/loadDefinitions.ts";
import {
  drawnNumbers,
  numberSequenceRules,
  removeNumberSequence,
  saveNumberSequence,
} from "../shared/usecases/definitions/numberSequences.ts";

export const handlers: ManageHandlers = definitionHandlers({
  kind: "numberSequence",
  one: "NumberSequence",
  many: "NumberSequences",
  path: "number-sequences",
  list: (ports, page) => ports.definitions.list("numberSequence", page),
  load: loadNumberSequence,
  view: toNumberSequenceView,
  detail: async (ports, shown) => toNumberSequenceDetail(shown, await drawnNumbers(ports, shown.value)),
  idOf: ({ name }) => name,
  read: readNamed(numberSequenceRequest, toNumberSequence),
  save: saveNumberSequence,
  rules: numberSequenceRules,
  remove: removeNumberSequence,
});

for (const [name, options] of manageFunctions(handlers)) app.http(name, options);
