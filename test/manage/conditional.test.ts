import { beforeEach, describe, expect, test } from "vitest";
import { importJob, importJobId, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { push } from "../usecases/world.ts";
import { manageApp } from "./manageApp.ts";

let ports: TestPorts;
let call: Awaited<ReturnType<typeof manageApp>>;

beforeEach(async () => {
  ports = memoryPorts();
  call = await manageApp(ports);
  await seed(ports);
});

describe("what somebody asks for again and again", () => {
  const list = `jobs/${importJobId}/messages`;

  test("is not sent to who has it, until something has changed", async () => {
    const { headers } = await call("GET", list);
    const etag = headers.get("etag")!;
    const ask = () => call("GET", list, { headers: { "if-none-match": `"x", ${etag}` } });

    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const again = await ask();
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    await push(ports, "CustomerGroupId,Description\r\n10,Wholesale\r\n");
    const changed = await ask();
    expect([changed.status, changed.json.items.length]).toEqual([200, 1]);
    expect((await call("GET", list, { headers: { "if-none-match": "*" } })).status).toBe(304);
  });

  test("is refused as before where it is not there", async () => {
    const missing = await call("GET", "messages/00000000-0000-4000-8000-00000000dead", {
      headers: { "if-none-match": "*" },
    });

    expect(missing.status).toBe(404);
  });

  test("names its version where it is a definition, whatever the caller has", async () => {
    await call("PUT", `jobs/${importJobId}`, { body: importJob, headers: { "if-match": "*" } });
    const { headers } = await call("GET", `jobs/${importJobId}`);
    const etag = headers.get("etag")!;

    expect(etag).not.toMatch(/^W/);
    expect((await call("GET", `jobs/${importJobId}`, { headers: { "if-none-match": etag } })).status).toBe(200);
  });
});
