// The service of a test, in a process of its own, which ends with the one that started it. Answers `start` and `apply`.
import { holdPort } from "../freePort.ts";
import type { HostLog } from "../host/coreTypes.ts";
import { clientApplication, managementApplication } from "../issuer/applications.ts";
import { type LocalService, runLocalService } from "../localService.ts";

type Question =
  | { readonly id: string; readonly what: "start"; readonly given: { readonly settings: Record<string, string> } }
  | { readonly id: string; readonly what: "apply"; readonly given: Applied };

interface Applied {
  readonly folder: string;
  /** The file of them. */
  readonly values?: string;
}

let service: Promise<LocalService> | undefined;

const log: HostLog = (level, category, message) => {
  if (level === "error") console.error(`${category}: ${message}`);
};

/** Answers whoever started this process; the app below `appRoot` is there once the promise of its build is kept. */
export function answerTest(appRoot: string, ensureApp: () => Promise<void>): void {
  // A terminal's Ctrl-C is for who started this; the end of the line ends the service, however that came about.
  process.on("SIGINT", () => undefined);
  process.on("message", (question: Question) => void take(question, { appRoot, ensureApp }));
  process.once("disconnect", () => void end());
}

interface App {
  readonly appRoot: string;
  readonly ensureApp: () => Promise<void>;
}

async function take(question: Question, app: App): Promise<void> {
  const say = (answer: object): void => void process.send?.({ id: question.id, ...answer });
  try {
    say({ result: await answerOf(question, app) });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  }
}

async function answerOf(question: Question, app: App): Promise<object> {
  if (question.what === "apply") return apply(question.given);
  service = start(app, question.given.settings);
  const { baseUrl, issuer } = await service;
  const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
  return { baseUrl, tokenUrl, applications: { connector: clientApplication, manage: managementApplication } };
}

async function start({ appRoot, ensureApp }: App, settings: Readonly<Record<string, string>>): Promise<LocalService> {
  await ensureApp();
  const port = await holdPort(0);
  if (port === undefined) throw new Error("This machine has no free port.");
  return runLocalService({ appRoot, port, settings, log });
}

async function apply({ folder, values }: Applied): Promise<object> {
  if (service === undefined) throw new Error("The service was not started.");
  const { baseUrl, issuer } = await service;
  // Who applies nothing waits for none of it.
  const { applyFolder } = await import("../../definitions/applyFolder.ts");
  const { readValues } = await import("../../definitions/folder/values.ts");
  const { apiOf, connect } = await import("../demo/http.ts");
  const { clientId, secret } = managementApplication;
  const tokenUrl = `${issuer.baseUrl}/${issuer.tenantId}/oauth2/v2.0/token`;
  await applyFolder(apiOf(await connect({ baseUrl, tokenUrl, clientId, secret })), folder, {
    ...(values !== undefined && { values: await readValues(values) }),
  });
  return {};
}

async function end(): Promise<void> {
  await service?.then((started) => started.stop()).catch(() => undefined);
  process.exit();
}
