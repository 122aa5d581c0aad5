import { spawn, type ChildProcessByStdio } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { scriptBeside } from "./scriptBeside.ts";

export interface AzuriteOptions {
  /** Where data stays between starts; without it everything is in memory. */
  readonly folder?: string;
  /** 0, the default, takes any free port. */
  readonly blobPort?: number;
  readonly queuePort?: number;
  readonly tablePort?: number;
}

export interface Azurite {
  readonly connectionString: string;
  readonly ports: AzuritePorts;
  /** Resolves when the process has ended, asked or not, with what it last said on its error output. */
  readonly ended: Promise<{ readonly code: number | null; readonly errorText: string }>;
  /** Lets Azurite save everything, and resolves when its process has ended. */
  stop(): Promise<void>;
}

export interface AzuritePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

// The account that every Azurite has, published in its documentation.
const accountName = "devstoreaccount1";
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const stopMsMax = 70_000;
const errorCharactersMax = 4_000;

/** Starts Azurite as a child that saves and ends when this process ends, however it ends. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const { folder = "", blobPort = 0, queuePort = 0, tablePort = 0 } = options;
  const script = scriptBeside(import.meta, "azuriteChild");
  const child = spawn(
    process.execPath,
    [script, folder && path.resolve(folder), ...[blobPort, queuePort, tablePort].map(String)],
    {
      // In a group of its own, Ctrl-C does not reach it: the end of its input is the only signal, and it comes once.
      detached: true,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
      cwd: tmpdir(),
    },
  );
  child.stdin.on("error", () => {});
  const ended = watchEnd(child);
  const ports = await Promise.race([readPorts(child), failWhenEnded(ended)]);
  return { ports, connectionString: toConnectionString(ports), ended, stop: () => stop(child, ended) };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function watchEnd(child: Child): Azurite["ended"] {
  let errorText = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errorText = (errorText + text).slice(-errorCharactersMax);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, errorText: errorText.trim() }));
  });
}

function readPorts(child: Child): Promise<AzuritePorts> {
  const ports = new Map<string, number>();
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = /(Blob|Queue|Table) service is successfully listening at \S+:(\d+)/.exec(line);
      if (match !== null) ports.set(match[1] ?? "", Number(match[2]));
      if (line.startsWith("Waiting")) console.error(line);
      const [blob, queue, table] = [ports.get("Blob"), ports.get("Queue"), ports.get("Table")];
      if (blob !== undefined && queue !== undefined && table !== undefined) resolve({ blob, queue, table });
    });
  });
}

async function failWhenEnded(ended: Azurite["ended"]): Promise<never> {
  const { code, errorText } = await ended;
  throw new Error(`Azurite did not start (exit code ${code}). It said: ${errorText || "nothing"}`);
}

async function stop(child: Child, ended: Azurite["ended"]): Promise<void> {
  child.stdin.end();
  const kill = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await ended;
  clearTimeout(kill);
}

function toConnectionString({ blob, queue, table }: AzuritePorts): string {
  const endpoint = (port: number): string => `http://127.0.0.1:${port}/${accountName}`;
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${accountName}`,
    `AccountKey=${accountKey}`,
    `BlobEndpoint=${endpoint(blob)}`,
    `QueueEndpoint=${endpoint(queue)}`,
    `TableEndpoint=${endpoint(table)}`,
  ].join(";");
}
