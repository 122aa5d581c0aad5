import path from "node:path";
import { clientSettings } from "./clientSettings.ts";
import { entityName, importActivityId } from "./demo/definitions.ts";
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

/** Where a file can be sent to, and by which application. */
export interface SendTo {
  readonly activityId: string;
  readonly entity: string;
  readonly file: string;
  readonly clientId: string;
}

/** What a start was seeded with. */
export interface Seeded {
  /** Such as `data entity "Vendors"`. */
  readonly stored: readonly string[];
  readonly warnings: readonly string[];
  readonly sends: readonly SendTo[];
}

const demoSend: SendTo = {
  activityId: importActivityId,
  entity: entityName,
  file: "examples/customer-groups.csv",
  clientId: clientApplication.clientId,
};

/** A line to paste: the demo's file once more, or what can be asked for without a demo. */
export function announceCommand(announced: Announced & { readonly hasDemo: boolean }): void {
  if (announced.hasDemo) announceSends("Send a file yourself:", announced, [demoSend]);
  else {
    announced.print("Ask it yourself:");
    announced.print(`  ${toLine(announced, undefined)}`);
  }
}

/** A line to paste for each place that takes a file. */
function announceSends(title: string, announced: Announced, sends: readonly SendTo[]): void {
  announced.print(title);
  for (const send of sends) announced.print(`  ${toLine(announced, send)}`);
}

/** What a seed came to, with a line for each place that it made or found. */
export function announceSeeded({ stored, warnings, sends }: Seeded, announced: Announced): void {
  const { print } = announced;
  print(stored.length > 0 ? `Stored: ${stored.join(", ")}.` : "Everything of the seed was there.");
  for (const warning of warnings) print(`  ${warning}`);
  if (sends.length > 0) announceSends("Send files yourself:", announced, sends);
  else announceCommand({ ...announced, hasDemo: false });
}

function toLine(announced: Announced, send: SendTo | undefined): string {
  return (process.platform === "win32" ? toPowerShell : toShell)(announced, send);
}

function toShell({ service: { baseUrl }, tokenCommand }: Announced, send: SendTo | undefined): string {
  const insecure = baseUrl.startsWith("https:") ? "-k " : "";
  const ask = send ? `-X POST --data-binary ${toWord(`@${send.file}`)} ` : "";
  const authorization = `-H "Authorization: Bearer $(${tokenCommand} ${toWho(send)})"`;
  return `curl ${insecure}${ask}${authorization} "${toTarget(baseUrl, send)}"`;
}

/** By `npm.cmd`: many a version of the script that PowerShell prefers takes the `--` away. */
function toPowerShell({ service: { baseUrl }, tokenCommand }: Announced, send: SendTo | undefined): string {
  const insecure = baseUrl.startsWith("https:") ? "-SkipCertificateCheck " : "";
  const ask = send ? `-Method Post -InFile ${toWord(send.file, "''")} -ContentType text/csv ` : "";
  const headers = `-Headers @{ Authorization = "Bearer $(${tokenCommand.replace(/^npm /, "npm.cmd ")} ${toWho(send)})" }`;
  return `Invoke-RestMethod ${insecure}${ask}${headers} "${toTarget(baseUrl, send)}"`;
}

/** A file's name as one word of a line, whatever is in it. */
function toWord(text: string, quote = "'\\''"): string {
  return /^[\w@./-]+$/u.test(text) ? text : `'${text.replaceAll("'", quote)}'`;
}

function toWho(send: SendTo | undefined): string {
  return send ? `--app ${send.clientId}` : "--role Integration.Manage";
}

function toTarget(baseUrl: string, send: SendTo | undefined): string {
  if (!send) return `${baseUrl}/manage/api/formats`;
  const entity = encodeURIComponent(send.entity).replaceAll("'", "%27");
  return `${baseUrl}/api/connector/enqueue/${send.activityId}?entity=${entity}`;
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
