import { actorOf } from "../../../domain/caller.ts";
import { authorizeProject } from "../../../usecases/access/authorizeProject.ts";
import { type ExportWish, exportNow } from "../../../usecases/runs/exportNow.ts";
import { type ActionCall, toAction } from "./action.ts";
import { flag, optionalText, text, whole } from "./parameters.ts";

const parameters = {
  definitionGroupId: text,
  // The package is called like its project, whatever it was to be called.
  packageName: optionalText,
  executionId: optionalText,
  reExecute: flag,
  legalEntityId: optionalText,
};
const ofEntities = { ...parameters, entityList: optionalText };
const ofSome = { ...parameters, count: whole, exportPreviewCount: whole };
const returns = "Edm.String";

/** Exports of a project into a package, which nobody waits for: each answers the id of the execution that it began. */
export const exportsToPackage = [
  toAction({ name: "ExportToPackage", parameters, returns, run: (call, given) => exportBy(call, given, {}) }),
  toAction({
    name: "ExportToPackageAsync",
    parameters: ofEntities,
    returns,
    run: (call, given) => exportBy(call, given, entitiesIn(given.entityList)),
  }),
  toAction({
    name: "ExportToPackageDelta",
    parameters: ofEntities,
    returns,
    run: (call, given) => exportBy(call, given, { ...entitiesIn(given.entityList), refresh: "incremental" }),
  }),
  ...["ExportToPackagePreview", "ExportToPackagePreviewAsync"].map((name) =>
    toAction({
      name,
      parameters: ofSome,
      returns,
      run: (call, given) => exportBy(call, given, { recordsMax: given.exportPreviewCount || given.count }),
    }),
  ),
];

interface Given {
  readonly definitionGroupId: string;
  readonly executionId: string;
  readonly reExecute: boolean;
  readonly legalEntityId: string;
}

async function exportBy(
  { ports, caller }: ActionCall,
  { definitionGroupId, executionId, reExecute, legalEntityId }: Given,
  asked: Pick<ExportWish, "entities" | "refresh" | "recordsMax">,
): Promise<string> {
  const { value: project } = await authorizeProject(ports, caller, definitionGroupId);
  const wish = {
    project: project.name,
    ...(legalEntityId !== "" && { company: legalEntityId }),
    ...(executionId !== "" && { requestedId: executionId }),
    isRepeated: reExecute,
    ...asked,
  };
  const started = await exportNow(ports, wish, actorOf(caller));
  return executionId || (started.executionId ?? started.messageId);
}

/** By label or AOT name, with commas between them. */
function entitiesIn(list: string): Pick<ExportWish, "entities"> {
  const entities = list.split(/[,;]/u).flatMap((name) => name.trim() || []);
  return entities.length > 0 ? { entities } : {};
}
