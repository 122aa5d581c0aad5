import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { type Application, clientApplication, managementApplication } from "../local/issuer/applications.ts";
import { connect, type Connection } from "./connection.ts";
import type { ServiceAddress, ServiceRequest, ServiceUsage } from "./serviceChild.ts";

/** A service that runs beside the benchmark, and what it costs. */
export interface MeasuredService {
  readonly connectionString: string;
  /** With the token of an application that is on the list of every job that `definitions.ts` stores. */
  readonly connection: Connection;
  /** With the token of an application that manages the service. */
  readonly manager: Connection;
  /** CPU time of the function host and the app, without Azurite, since the start. */
  cpuSeconds(): Promise<number>;
  /** That of the app's main thread; not a number where the system does not say. */
  mainThreadSeconds(): Promise<number>;
  peakMegabytes(): Promise<number>;
  forgetPeak(): Promise<void>;
  stop(): Promise<void>;
}

// What V8 itself chooses on an instance of 2 GB, the usual one in Azure: a quarter of the memory for the old generation
// and a 64th of that for each half of the young one. On a large machine it would let garbage lie eight times as long.
const heapOfInstance = ["--max-old-space-size=512", "--max-semi-space-size=8"];

/**
 * Starts the built app on an Azurite of its own, all in memory where there is no folder for it; its data are elsewhere where `dataStorage` says so. Settings of the environment for a closer look:
 * `BENCH_PROFILE` names a folder that takes a CPU profile of the service when it stops; `BENCH_HEAP=machine` gives it
 * the heap that V8 chooses on this machine, as `heapOf` does.
 */
export async function startService(
  heapOf: "instance" | "machine" = "instance",
  storage: { readonly folder?: string; readonly dataStorage?: string } = {},
): Promise<MeasuredService> {
  const folder = process.env["BENCH_PROFILE"];
  const profile = folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
  const heap = heapOf === "machine" || process.env["BENCH_HEAP"] === "machine" ? [] : heapOfInstance;
  const args = [storage.folder ?? "", storage.dataStorage ?? ""];
  const child = fork(path.join(import.meta.dirname, "serviceChild.ts"), args, { execArgv: [...heap, ...profile] });
  const exited = once(child, "exit");
  const ended = exited.then(() => Promise.reject(new Error("The service ended. Did `npm run build` succeed?")));
  ended.catch(() => undefined);
  const ask = (request: ServiceRequest): Promise<ServiceUsage> => {
    child.send(request);
    return answerOf(child, ended);
  };
  const address = await answerOf<ServiceAddress>(child, ended);
  const { baseUrl, issuerUrl, tenantId, connectionString } = address;
  const tokenUrl = `${issuerUrl}/${tenantId}/oauth2/v2.0/token`;
  const connectAs = ({ clientId, secret }: Application) => connect({ baseUrl, tokenUrl, clientId, secret });
  return {
    connectionString,
    connection: await connectAs(clientApplication),
    manager: await connectAs(managementApplication),
    cpuSeconds: async () => (await ask("usage")).cpuSeconds,
    mainThreadSeconds: async () => (await ask("usage")).mainThreadSeconds ?? Number.NaN,
    peakMegabytes: async () => (await ask("usage")).peakMegabytes,
    forgetPeak: async () => void (await ask("forgetPeak")),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

async function answerOf<Answer>(child: ChildProcess, ended: Promise<never>): Promise<Answer> {
  const [answer] = await Promise.race([once(child, "message"), ended]);
  return answer as Answer;
}
