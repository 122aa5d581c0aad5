import { actorOf } from "../../../domain/caller.ts";
import { DomainError } from "../../../domain/errors.ts";
import { exportFromPackage } from "../../../usecases/packages/exportFromPackage.ts";
import { type ExportWish, exportNow } from "../../../usecases/runs/exportNow.ts";
import { type ActionCall, toAction } from "./action.ts";
import { idOfRun, packageParameters, toPackageWish, toRunWish } from "./byPackage.ts";
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
  toAction({
    name: "ExportFromPackage",
    parameters: packageParameters,
    returns,
    run: exportLikePackage,
  }),
];

type Template = Parameters<typeof toPackageWish>[0] & { readonly execute: boolean };

async function exportLikePackage({ ports, caller }: ActionCall, given: Template): Promise<string> {
  if (!given.execute) {
    const message = "An export has no staging to stop at, so execute has to be true.";
    throw new DomainError("invalid", message, [{ path: "execute", message }]);
  }
  return idOfRun(given, await exportFromPackage(ports, toPackageWish(given), actorOf(caller)));
}

interface Given {
  readonly definitionGroupId: string;
  readonly executionId: string;
  readonly reExecute: boolean;
  readonly legalEntityId: string;
}

async function exportBy(
  { ports, caller }: ActionCall,
  given: Given,
  asked: Pick<ExportWish, "entities" | "refresh" | "recordsMax">,
): Promise<string> {
  const wish = { project: given.definitionGroupId, ...toRunWish(given), isRepeated: given.reExecute, ...asked };
  return idOfRun(given, await exportNow(ports, wish, actorOf(caller)));
}

/** By label or AOT name, with commas between them. */
function entitiesIn(list: string): Pick<ExportWish, "entities"> {
  const entities = list.split(/[,;]/u).flatMap((name) => name.trim() || []);
  return entities.length > 0 ? { entities } : {};
}
