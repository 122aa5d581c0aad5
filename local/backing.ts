// Starts what the app needs beside it, Azurite and the token issuer, on fixed ports, for those who run the app itself
// with Core Tools (func start). local.settings.sample.json names the same ports.
import path from "node:path";
import { startAzurite } from "./azurite.ts";
import { claimRunFile } from "./runFile.ts";
import { waitForStop } from "./stopSignal.ts";
import { startTokenIssuer } from "./tokenIssuer.ts";

const localFolder = path.join(import.meta.dirname, "..", ".local");
const issuerPort = 7072;
/** Where func start listens. */
const baseUrl = "http://localhost:7071";

const stopReason = waitForStop();
try {
  await run();
} catch (error) {
  console.error(`The start failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

async function run(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const azurite = await startAzurite({
    folder: path.join(localFolder, "azurite"),
    blobPort: 10_000,
    queuePort: 10_001,
    tablePort: 10_002,
  });
  stack.defer(() => azurite.stop());
  const keyFile = path.join(localFolder, "issuer.json");
  const issuer = await startTokenIssuer({ port: issuerPort, audience: baseUrl, keyFile });
  stack.defer(() => issuer.stop());
  const { baseUrl: issuerUrl, tenantId } = issuer;
  const claim = await claimRunFile(localFolder, { baseUrl, issuerUrl, tenantId, isFolderHolder: true });
  stack.defer(() => claim.release());
  console.log("Azurite: ports 10000, 10001 and 10002 (UseDevelopmentStorage=true)");
  console.log(`Token issuer: ${issuer.baseUrl} (TenantId ${issuer.tenantId}, ApiClientId ${issuer.apiClientId})`);
  console.log("Next: npm run build, then func start");
  await Promise.race([stopReason, azurite.ended]);
}
