import { actorOf } from "../../../domain/caller.ts";
import { DomainError } from "../../../domain/errors.ts";
import { importPackage } from "../../../usecases/packages/importPackage.ts";
import { type ActionCall, toAction } from "./action.ts";
import { idOfRun, packageParameters, toPackageWish } from "./byPackage.ts";
import { flag, optionalText } from "./parameters.ts";

const returns = "Edm.String";

/** Imports of a package, which nobody waits for: each answers the id of the execution that it began. */
export const importsFromPackage = [
  ...["ImportFromPackage", "ImportFromPackageAsync"].map((name) =>
    toAction({ name, parameters: packageParameters, returns, run: importBy }),
  ),
  toAction({
    name: "ImportFromDMTPackage",
    parameters: { ...packageParameters, importBatchGroupId: optionalText, failOnError: flag },
    returns,
    async run(call, given) {
      if (!given.failOnError) return importBy(call, given);
      const message =
        "not supported yet: to end an import at its first error; the lines of a project say so for themselves";
      throw new DomainError("invalid", `failOnError: ${message}.`, [{ path: "failOnError", message }]);
    },
  }),
];

type Given = Parameters<typeof toPackageWish>[0] & { readonly execute: boolean };

async function importBy({ ports, caller }: ActionCall, given: Given): Promise<string> {
  const wish = { ...toPackageWish(given), execute: given.execute };
  return idOfRun(given, await importPackage(ports, wish, actorOf(caller)));
}
