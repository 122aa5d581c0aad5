// Runs with nothing but Node: node --test examples/test-of-an-integration/*.test.mjs
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLocalService } from "recurring-integrations/local";
import { sendCustomerGroups } from "./sendCustomerGroups.mjs";

const activityId = "5f6a1d5e-52c5-4d07-9a5e-0f3b8f2f6c11";
let service;

before(async () => {
  service = await startLocalService();
  const definitions = new URL("definitions/", import.meta.url);
  await service.apply(definitions, { values: new URL("test.yaml", definitions) });
});
after(() => service?.stop());

async function send(groups) {
  const message = await sendCustomerGroups(groups, { url: service.url, token: await service.token() });
  // The job is due once an hour; nobody waits for that here.
  await service.run(activityId);
  return service.waitFor(message);
}

test("customer groups arrive, whatever their descriptions hold", async () => {
  const { state, execution } = await send([
    { id: "10", description: 'Wholesale, "large"' },
    { id: "20", description: "Retail" },
  ]);

  assert.equal(state, "Processed");
  assert.equal(execution.entities[0].created, 2);
});

test("a group without a description is rejected, and the others arrive", async () => {
  const { state, execution } = await send([
    { id: "30", description: "" },
    { id: "40", description: "Internet" },
  ]);

  assert.equal(state, "ProcessedWithErrors");
  const [{ created, failed, firstErrors }] = execution.entities;
  assert.deepEqual([created, failed, firstErrors[0].field], [1, 1, "DESCRIPTION"]);
});
