import { actorOf } from "../../../domain/caller.ts";
import { DomainError } from "../../../domain/errors.ts";
import { importPackage } from "../../../usecases/packages/importPackage.ts";
import { type ActionCall, toAction } from "./action.ts";
import { definitionName, flag, optionalText, text } from "./parameters.ts";

const parameters = {
  packageUrl: text,
  definitionGroupId: definitionName,
  executionId: optionalText,
  execute: flag,
  overwrite: flag,
  legalEntityId: optionalText,
};
const returns = "Edm.String";

/** Imports of a package, which nobody waits for: each answers the id of the execution that it began. */
export const importsFromPackage = [
  ...["ImportFromPackage", "ImportFromPackageAsync"].map((name) =>
    toAction({ name, parameters, returns, run: importBy }),
  ),
  toAction({
    name: "ImportFromDMTPackage",
    parameters: { ...parameters, importBatchGroupId: optionalText, failOnError: flag },
    returns,
    async run(call, given) {
      if (!given.failOnError) return importBy(call, given);
      const message =
        "not supported yet: to end an import at its first error; the lines of a project say so for themselves";
      throw new DomainError("invalid", `failOnError: ${message}.`, [{ path: "failOnError", message }]);
    },
  }),
];

interface Given {
  readonly packageUrl: string;
  readonly definitionGroupId: string;
  readonly executionId: string;
  readonly execute: boolean;
  readonly overwrite: boolean;
  readonly legalEntityId: string;
}

async function importBy({ ports, caller }: ActionCall, given: Given): Promise<string> {
  const { packageUrl, definitionGroupId, executionId, execute, overwrite, legalEntityId } = given;
  const wish = {
    packageUrl,
    project: definitionGroupId,
    execute,
    overwrite,
    ...(legalEntityId !== "" && { company: legalEntityId }),
    ...(executionId !== "" && { requestedId: executionId }),
  };
  const started = await importPackage(ports, wish, actorOf(caller));
  return executionId || (started.executionId ?? started.messageId);
}
