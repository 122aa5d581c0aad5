import { reservePackage } from "../../../usecases/packages/reservePackage.ts";
import { toAction } from "./action.ts";
import { optionalText } from "./parameters.ts";

/** Where a client puts a package without a token, for half an hour; the call that imports it names the address. */
export const packageAddresses = ["GetAzureWriteUrl", "GetAzureWritableUrl"].map((name) =>
  toAction({
    name,
    // What is called so by its client may be called so by others: the name in storage is the service's own.
    parameters: { uniqueFileName: optionalText },
    returns: "Edm.String",
    async run({ ports, caller }) {
      const { id, url } = await reservePackage(ports, caller);
      return JSON.stringify({ BlobId: `{${id.toUpperCase()}}`, BlobUrl: url });
    },
  }),
);
