// Starts what the app needs beside it, Azurite and the token issuer, on fixed ports, for those who run the app itself
// with Core Tools (func start). local.settings.sample.json names the same ports.
import path from "node:path";
import { startAzurite } from "./azurite.ts";
import { claimRunFile, refuseSecondHolder } from "./runFile.ts";
import { defaultFolder } from "./startArguments.ts";
import { endAtStop, Stopped, waitForStop } from "./stopSignal.ts";
import { startTokenIssuer } from "./tokenIssuer.ts";

const issuerPort = 7072;
/** Where func start listens. */
const baseUrl = "http://localhost:7071";

const stopReason = waitForStop();
const unlessStopped = endAtStop(stopReason);
try {
  await run();
} catch (error) {
  if (error instanceof Stopped) console.error(`Stopped (${error.message}).`);
  else {
    console.error(`The start failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
process.exit();

async function run(): Promise<void> {
  await refuseSecondHolder(defaultFolder);
  await using stack = new AsyncDisposableStack();
  const ports = { blobPort: 10_000, queuePort: 10_001, tablePort: 10_002 };
  const azurite = await unlessStopped(startAzurite({ folder: path.join(defaultFolder, "azurite"), ...ports }));
  stack.defer(() => azurite.stop());
  const keyFile = path.join(defaultFolder, "issuer.json");
  const issuer = await startTokenIssuer({ port: issuerPort, audience: baseUrl, keyFile });
  stack.defer(() => issuer.stop());
  const { baseUrl: issuerUrl, tenantId } = issuer;
  const claim = await claimRunFile(defaultFolder, { baseUrl, issuerUrl, tenantId, isFolderHolder: true });
  stack.defer(() => claim.release());
  await claim.tellStorage(azurite.connectionString);
  console.log("Azurite: ports 10000, 10001 and 10002 (UseDevelopmentStorage=true)");
  console.log(`Token issuer: ${issuer.baseUrl} (TenantId ${issuer.tenantId}, ApiClientId ${issuer.apiClientId})`);
  console.log("Next: npm run build, then func start");
  await Promise.race([stopReason, azurite.ended]);
}
