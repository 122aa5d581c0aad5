import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

export interface Azurite {
  readonly blobPort: number;
  readonly queuePort: number;
  readonly tablePort: number;
  readonly connectionString: string;
  readonly stop: () => Promise<void>;
}

const flags = "--inMemoryPersistence --silent --skipApiVersionCheck --loose --disableTelemetry".split(" ");
const ports = "--blobPort 0 --queuePort 0 --tablePort 0".split(" ");
// The account and key that every Azurite has and everybody knows.
const accountName = "devstoreaccount1";
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Starts an Azurite in memory on free ports. The caller stops it, also when its tests fail. */
export async function startAzurite(): Promise<Azurite> {
  const program = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const child = spawn(process.execPath, [program, ...flags, ...ports], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const killWithParent = (): void => void child.kill();
  process.on("exit", killWithParent);
  const found = new Map<string, number>();
  for await (const line of createInterface(child.stdout)) {
    const [, kind, port] = /Azurite (Blob|Queue|Table) service is successfully listen.*:(\d+)/.exec(line) ?? [];
    if (kind !== undefined) found.set(kind, Number(port));
    if (found.size === 3) break;
  }
  child.stdout.resume();
  const [blobPort, queuePort, tablePort] = ["Blob", "Queue", "Table"].map((kind) => {
    const port = found.get(kind);
    if (port === undefined) throw new Error(`Azurite ended before its ${kind} service was up.`);
    return port;
  }) as [number, number, number];
  return {
    blobPort,
    queuePort,
    tablePort,
    connectionString: toConnectionString(blobPort, queuePort, tablePort),
    stop: async () => {
      process.off("exit", killWithParent);
      child.kill();
      await exited;
    },
  };
}

/** The development account on these ports of this machine. */
export function toConnectionString(blobPort: number, queuePort: number, tablePort: number): string {
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${accountName}`,
    `AccountKey=${accountKey}`,
    `BlobEndpoint=http://127.0.0.1:${blobPort}/${accountName}`,
    `QueueEndpoint=http://127.0.0.1:${queuePort}/${accountName}`,
    `TableEndpoint=http://127.0.0.1:${tablePort}/${accountName}`,
  ].join(";");
}
