import { findExportedPackage } from "../../../usecases/packages/findExportedPackage.ts";
import { toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id } from "./parameters.ts";
import { addressToRead } from "./readAddress.ts";

/** Where the package of an export is read. */
export const getExportedPackageUrl = toAction({
  name: "GetExportedPackageUrl",
  parameters: { executionId: id },
  returns: "Edm.String",
  async run(call, { executionId }) {
    const file = findExportedPackage(await runNamed(call, executionId));
    // Clients ask again and again as long as it is empty: so only while a package may come.
    return file ? addressToRead(call, "outbound", file) : "";
  },
});
