import { findExportedPackage } from "../../../usecases/packages/findExportedPackage.ts";
import { attachmentOf } from "../../fileReply.ts";
import { toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id } from "./parameters.ts";

const addressMs = 30 * 60_000;

/** Where the package of an export is read without a token, for some time; asked again, the address is made anew. */
export const getExportedPackageUrl = toAction({
  name: "GetExportedPackageUrl",
  parameters: { executionId: id },
  returns: "Edm.String",
  async run(call, { executionId }) {
    const { ports } = call;
    const file = findExportedPackage(await runNamed(call, executionId));
    // Clients ask again and again as long as it is empty: so only while a package may come.
    if (!file) return "";
    const { name, fileName } = file;
    return ports.files.readAddress("outbound", name, ports.clock.now() + addressMs, attachmentOf(fileName));
  },
});
