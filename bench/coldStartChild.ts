// What a cold start does: load the deployed package, listen, answer. With "bare" in the place of the package only a server
// of Node itself, which is the limit. Says its address in one line.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startFunctionHost } from "../local/functionHost.ts";

const [appRoot = "bare", connectionString = ""] = process.argv.slice(2);
console.log(appRoot === "bare" ? await startBare() : await startPackage());

async function startPackage(): Promise<string> {
  const settings = {
    AzureWebJobsStorage: connectionString,
    DataStorage: connectionString,
    TenantId: "00000000-0000-4000-8000-00000000d0e1",
    ApiClientId: "00000000-0000-4000-8000-0000000000a1",
    ProcessingSchedule: "0 0 0 1 1 *",
    MonitoringSchedule: "0 0 0 1 1 *",
    UpkeepSchedule: "0 0 0 1 1 *",
  };
  const host = await startFunctionHost({ appRoot, settings, port: 0, log: () => undefined });
  return host.baseUrl;
}

function startBare(): Promise<string> {
  const server = createServer((_request, response) => response.end("healthy\n"));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
