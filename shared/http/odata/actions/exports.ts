import { actorOf } from "../../../domain/caller.ts";
import { authorizeProject } from "../../../usecases/access/authorizeProject.ts";
import { exportFromPackage } from "../../../usecases/packages/exportFromPackage.ts";
import { type ExportWish, exportNow } from "../../../usecases/runs/exportNow.ts";
import { type ActionCall, toAction } from "./action.ts";
import { DomainError } from "../../../domain/errors.ts";
import { definitionName, flag, optionalText, text, whole } from "./parameters.ts";

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
  toAction({
    name: "ExportFromPackage",
    parameters: {
      packageUrl: text,
      definitionGroupId: definitionName,
      executionId: optionalText,
      execute: flag,
      overwrite: flag,
      legalEntityId: optionalText,
    },
    returns,
    run: exportLikePackage,
  }),
];

interface Template {
  readonly packageUrl: string;
  readonly definitionGroupId: string;
  readonly executionId: string;
  readonly execute: boolean;
  readonly overwrite: boolean;
  readonly legalEntityId: string;
}

async function exportLikePackage({ ports, caller }: ActionCall, given: Template): Promise<string> {
  const { packageUrl, definitionGroupId, executionId, execute, overwrite, legalEntityId } = given;
  if (!execute) {
    const message = "An export has no staging to stop at, so execute has to be true.";
    throw new DomainError("invalid", message, [{ path: "execute", message }]);
  }
  const wish = {
    packageUrl,
    project: definitionGroupId,
    overwrite,
    ...(legalEntityId !== "" && { company: legalEntityId }),
    ...(executionId !== "" && { requestedId: executionId }),
  };
  const started = await exportFromPackage(ports, wish, actorOf(caller));
  return executionId || (started.executionId ?? started.messageId);
}

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
