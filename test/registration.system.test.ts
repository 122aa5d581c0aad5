import path from "node:path";
import { expect, test } from "vitest";
import { loadFunctionApp } from "../local/host/functionApp.ts";

const root = path.resolve(import.meta.dirname, "..");

// What the built app registers: the surface that clients, the host's scaling and the deployment rely on. A change here
// is a change of the contract, and belongs into the changelog.
const registered = `

`;

test("the built app registers exactly these functions, routes, methods and triggers", async () => {
  Object.assign(process.env, {
    DataStorage: "UseDevelopmentStorage=true",
    TenantId: "00000000-0000-4000-8000-00000000d0e1",
    ApiClientId: "00000000-0000-4000-8000-0000000000a1",
  });

  const app = await loadFunctionApp(root, () => undefined);

  const lines = app.functions.map(({ metadata }) => {
    const [trigger] = Object.values(metadata.bindings).filter(({ type }) => type.endsWith("Trigger"));
    const { type, methods, route, authLevel, queueName, connection, schedule } = trigger as Record<string, unknown>;
    const facts = {
      httpTrigger: [methods, route, authLevel],
      queueTrigger: [queueName, connection],
      timerTrigger: [schedule],
    }[String(type)];
    return `${metadata.name}: ${type} ${facts?.flat().join(" ")}`;
  });
  expect(lines.toSorted().join("\n")).toBe(registered.trim());
});
