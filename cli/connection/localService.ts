import path from "node:path";
import tls from "node:tls";
import type { ClientCredentials } from "../../client/clientCredentials.ts";
import { type Application, apiClientId, applications } from "../../local/issuer/applications.ts";
import { listRunning, type RunFacts } from "../../local/runFile.ts";
import { UsageError } from "../exitCodes.ts";

/** The service of the clone, or of the folder where the command is given, that runs on this machine now. */
export async function findLocalService(folder: string, baseUrl?: string): Promise<RunFacts | undefined> {
  // One that was started with --folder is found from within that folder.
  const folders = new Set([path.join(folder, ".local"), folder, path.resolve(import.meta.dirname, "../../.local")]);
  for (const each of folders) {
    const running = await listRunning(each);
    const found = running.find((service) => baseUrl === undefined || new URL(service.baseUrl).origin === baseUrl);
    if (found) return found;
  }
  return undefined;
}

/** What its issuer knows an application by. They are the same on every machine, and good for nothing else. */
export function localCredentials(running: RunFacts, { clientId, secret }: Application): ClientCredentials {
  return {
    issuer: `${running.issuerUrl}/${running.tenantId}/v2.0`,
    scope: `${apiClientId}/.default`,
    clientId,
    clientSecret: secret,
  };
}

/** The first application of the local issuer that fits. */
export function chooseApplication(wish: {
  readonly clientId?: string | undefined;
  readonly role?: string | undefined;
}): Application {
  const found = applications.find(
    ({ clientId, roles }) =>
      (wish.clientId === undefined || clientId === wish.clientId.toLowerCase()) &&
      (wish.role === undefined || roles.includes(wish.role)),
  );
  if (found) return found;
  const known = applications.map(({ clientId, roles }) => `\n  ${clientId} ${roles.join(", ")}`).join("");
  throw new UsageError(`No application fits ${JSON.stringify(wish)}. The local issuer knows:${known}`);
}

/** A local service with https has a certificate of its own, which nobody else vouches for. */
export function trustLocalService({ certificate }: RunFacts): void {
  // Node 20 has no way to do so.
  if (certificate && typeof tls.setDefaultCACertificates === "function") {
    tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificate]);
  }
}
