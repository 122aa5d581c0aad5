// The whole service in a process of its own, as the tests of the running service start it: an Azurite in memory, the
// issuer and the host with the built app. Says in one line of JSON where it is; ends with its parent. Answers the line
// "memory" with the most memory that it ever held.
import path from "node:path";
import { createInterface } from "node:readline";
import { findPort } from "../../local/freePort.ts";
import { startLocalService } from "../../local/localService.ts";

const root = path.resolve(import.meta.dirname, "../..");
const {
  settings = {},
  dataFolder,
  appRoot = root,
}: {
  readonly settings?: Readonly<Record<string, string>>;
  readonly dataFolder?: string;
  readonly appRoot?: string;
} = JSON.parse(process.argv[2] ?? "{}");

const service = await startLocalService({
  appRoot,
  port: (await findPort(0)) ?? 0,
  https: false,
  settings,
  log: (level, category, message) => {
    if (level === "error" || level === "warning" || process.env["SERVICE_LOG"]) console.error(level, category, message);
  },
  ...(dataFolder ? { dataFolder } : {}),
});
const stop = async (): Promise<void> => {
  await service.stop();
  process.exit();
};
createInterface({ input: process.stdin })
  .on("line", () => console.log(JSON.stringify({ peakMemoryBytes: process.resourceUsage().maxRSS * 1024 })))
  .once("close", () => void stop());
const { baseUrl, issuer, azurite, host } = service;
const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
const routes = host.routes.map(({ functionName, methods, template }) => ({ functionName, methods, template }));
console.log(JSON.stringify({ baseUrl, tokenUrl, connectionString: azurite.connectionString, routes }));
