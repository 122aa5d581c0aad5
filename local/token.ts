// Prints a development token of the running service, and nothing else, to the standard output:
//   npm run -s token -- --app 00000000-0000-4000-8000-0000000000c1
//   npm run -s token -- --role Integration.Manage
import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import { applications, type Application } from "./issuer/applications.ts";
import { findRunning } from "./runFile.ts";

const runFile = path.join(import.meta.dirname, "..", ".local", "run.json");

try {
  console.log(await fetchToken());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function fetchToken(): Promise<string> {
  const application = chooseApplication();
  const running = await findRunning(runFile);
  if (running === undefined) throw new Error("Nothing runs here that could give a token: npm start first.");
  if (running.certificate) setDefaultCACertificates([...getCACertificates("default"), running.certificate]);
  const response = await fetch(`${running.issuerUrl}/${running.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: application.clientId,
      client_secret: application.secret,
      scope: `${running.baseUrl}/.default`,
    }),
  });
  const answer: { readonly access_token?: string; readonly error_description?: string } = JSON.parse(
    await response.text(),
  );
  if (answer.access_token !== undefined) return answer.access_token;
  throw new Error(answer.error_description ?? `The issuer answered with status ${response.status}.`);
}

function chooseApplication(): Application {
  const { values } = parseArgs({ options: { app: { type: "string" }, role: { type: "string" } } });
  const { app, role } = values;
  const found = applications.find(
    ({ clientId, roles }) =>
      (app === undefined || clientId === app.toLowerCase()) && (role === undefined || roles.includes(role)),
  );
  if (found !== undefined) return found;
  const known = applications.map(({ clientId, roles }) => `  ${clientId} ${roles.join(", ")}`).join("\n");
  throw new Error(`No application fits ${JSON.stringify({ app, role })}. The issuer knows:\n${known}`);
}
