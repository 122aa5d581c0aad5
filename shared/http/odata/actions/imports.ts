import { actorOf } from "../../../domain/caller.ts";
import { importPackage } from "../../../usecases/packages/importPackage.ts";
import { type ActionCall, toAction } from "./action.ts";
import { idOfRun, packageParameters, toPackageWish } from "./byPackage.ts";
import { flag, optionalText } from "./parameters.ts";

const returns = "Edm.String";

/** Imports of a package, which nobody waits for: each answers the id of the execution that it began. */
export const importsFromPackage = [
  ...["ImportFromPackage", "ImportFromPackageAsync"].map((name) =>
    toAction({ name, parameters: packageParameters, returns, run: (call, given) => importBy(call, given) }),
  ),
  toAction({
    name: "ImportFromDMTPackage",
    parameters: { ...packageParameters, importBatchGroupId: optionalText, failOnError: flag },
    returns,
    run: (call, { failOnError, ...given }) => importBy(call, given, failOnError),
  }),
];

type Given = Parameters<typeof toPackageWish>[0] & { readonly execute: boolean };

async function importBy({ ports, caller }: ActionCall, given: Given, failOnError = false): Promise<string> {
  const wish = { ...toPackageWish(given), execute: given.execute, failOnError };
  return idOfRun(given, await importPackage(ports, wish, actorOf(caller)));
}
