import { readFile } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../exitCodes.ts";
import type { CommonValues } from "../options.ts";
import type { Surroundings } from "../surroundings.ts";

/** As whom to ask, as far as the command line and the environment say it. */
export interface Given {
  readonly tenant: string | undefined;
  readonly clientId: string | undefined;
  readonly secret: string | undefined;
  readonly token: string | undefined;
}

type World = Pick<Surroundings, "env" | "folder" | "readInput">;

export async function readGiven(values: CommonValues, world: World): Promise<Given> {
  const variable = (name: string): string | undefined =>
    world.env[`RECURRING_INTEGRATIONS_${name}`]?.trim() || undefined;
  return {
    tenant: values.tenant ?? variable("TENANT"),
    clientId: values["client-id"] ?? variable("CLIENT_ID"),
    secret: (await readSecret(values, world)) ?? variable("CLIENT_SECRET"),
    token: values["client-id"] === undefined ? variable("TOKEN") : undefined,
  };
}

async function readSecret(values: CommonValues, { folder, readInput }: World): Promise<string | undefined> {
  const file = values["client-secret-file"];
  if (file === undefined) return values["client-secret"];
  const text =
    file === "-" ? await readInput() : await readFile(path.resolve(folder, file), "utf8").catch(noFile(file));
  if (text.trim() === "") throw new UsageError(`${file === "-" ? "The standard input" : file} has no secret in it.`);
  return text.trim();
}

function noFile(file: string) {
  return (error: unknown): never => {
    throw new UsageError(`The secret cannot be read from ${file}.`, { cause: error });
  };
}

/** The origin of the service; undefined where nothing is said. */
export function readAddress(values: CommonValues, { env }: Pick<World, "env">): string | undefined {
  const said = values.url ?? env["RECURRING_INTEGRATIONS_URL"];
  if (said === undefined || said.trim() === "") return undefined;
  const url = URL.canParse(said.trim()) ? new URL(said.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`"${said}" is no address of a service, as https://files.example is.`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new UsageError(`${url.origin} would carry tokens in the open. Use https.`);
  }
  return url.origin;
}

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
