import path from "node:path";
import { clientSettings } from "./clientSettings.ts";
import { importActivityId } from "./demo/definitions.ts";
import { clientApplication } from "./issuer/applications.ts";
import type { LocalService } from "./localService.ts";

// What a start says. Every line that it offers for pasting works as it stands.

interface Announced {
  readonly service: LocalService;
  /** Prints tokens of this service, with what is added to it. */
  readonly tokenCommand: string;
  readonly print: (line: string) => void;
}

export async function announceAddresses(announced: Announced & { readonly logFile: string }): Promise<void> {
  const { service, tokenCommand, logFile, print } = announced;
  const { baseUrl, issuer, host } = service;
  print(`Page:       ${baseUrl}/manage`);
  print(`Base URL:   ${baseUrl}`);
  print(`OpenAPI:    ${baseUrl}/manage/api/openapi.json`);
  print(`Tokens:     ${tokenCommand} --app ${clientApplication.clientId}`);
  print(`            or ${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token, scope ${baseUrl}/.default`);
  const schedules = host.timers.map((timer) => `${timer.functionName} (${timer.schedule})`);
  print(`Timers:     ${schedules.join(", ") || "none"}`);
  print(`Processes:  ${process.pid} (host), ${(await host.worker()).pid} (worker, with the app)`);
  print(`Log:        ${path.relative(process.cwd(), logFile)}, and those of earlier starts beside it`);
}

/** A line to paste: the demo's file once more, or what can be asked for without a demo. */
export function announceCommand(announced: Announced & { readonly hasDemo: boolean }): void {
  const { hasDemo, print } = announced;
  print(hasDemo ? "Send a file yourself:" : "Ask it yourself:");
  print(`  ${process.platform === "win32" ? toPowerShell(announced) : toShell(announced)}`);
}

type Command = Parameters<typeof announceCommand>[0];

function toShell({ service: { baseUrl }, tokenCommand, hasDemo }: Command): string {
  const insecure = baseUrl.startsWith("https:") ? "-k " : "";
  const ask = hasDemo ? "-X POST --data-binary @examples/customer-groups.csv " : "";
  const authorization = `-H "Authorization: Bearer $(${tokenCommand} ${toWho(hasDemo)})"`;
  return `curl ${insecure}${ask}${authorization} "${toTarget(baseUrl, hasDemo)}"`;
}

/** By `npm.cmd`: many a version of the script that PowerShell prefers takes the `--` away. */
function toPowerShell({ service: { baseUrl }, tokenCommand, hasDemo }: Command): string {
  const insecure = baseUrl.startsWith("https:") ? "-SkipCertificateCheck " : "";
  const ask = hasDemo ? "-Method Post -InFile examples/customer-groups.csv -ContentType text/csv " : "";
  const headers = `-Headers @{ Authorization = "Bearer $(${tokenCommand.replace(/^npm /, "npm.cmd ")} ${toWho(hasDemo)})" }`;
  return `Invoke-RestMethod ${insecure}${ask}${headers} "${toTarget(baseUrl, hasDemo)}"`;
}

function toWho(hasDemo: boolean): string {
  return hasDemo ? `--app ${clientApplication.clientId}` : "--role Integration.Manage";
}

function toTarget(baseUrl: string, hasDemo: boolean): string {
  if (!hasDemo) return `${baseUrl}/manage/api/formats`;
  return `${baseUrl}/api/connector/enqueue/${importActivityId}?entity=Customer%20groups`;
}

interface Clients {
  readonly baseUrl: string;
  readonly certificateFile: string;
  readonly hasDemo: boolean;
  readonly print: (line: string) => void;
}

/** The settings of each client, filled in, of a service that clients can trust. They are for the demo's jobs. */
export function announceClients({ baseUrl, certificateFile, hasDemo, print }: Clients): void {
  const file = path.relative(process.cwd(), certificateFile);
  print(`Certificate for clients to trust: ${file}`);
  if (!hasDemo) return print("Settings of clients: docs/connect.md, with the activity ids of your jobs");
  for (const { client, text } of clientSettings({ baseUrl, certificateFile: file })) {
    print(`\n--- ${client}`);
    print(text);
  }
  print("");
  if (new URL(baseUrl).port !== "") {
    print("The scheduler (RIS) and d365fo.integrations download from port 443 alone: npm start -- --https --port 443");
  }
}
