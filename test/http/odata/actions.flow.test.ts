import { parse } from "@sap-ux/edmx-parser";
import { beforeEach, describe, expect, test } from "vitest";
import { actions } from "../../../shared/http/odata/actions.ts";
import { nameOfType } from "../../../shared/http/odata/actions/action.ts";
import { base } from "./odataApp.ts";
import { type ODataWorld, odataWorld } from "./odataWorld.ts";

const groups = "DataManagementDefinitionGroups";
const namespace = "Microsoft.Dynamics.DataEntities";

let call: ODataWorld["call"];

beforeEach(async () => {
  ({ call } = await odataWorld());
});

const act = (action: string, body?: string | object, root = "/data", headers = {}) => {
  const sent = body === undefined ? {} : { body };
  return call(`${root}/${groups}/${namespace}.${action}`, { method: "POST", headers, ...sent });
};

interface DescribedAction {
  readonly name: string;
  readonly isBound: boolean;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returnType: string;
}

describe("the actions on data projects", () => {
  test.each(["/data", "/en-us/data", "/namespaces/AXSF/data", "/DATA"])("are done at %s", async (root) => {
    const { status, text, headers } = await act("InitializeDataManagement", "{}", root);

    expect([status, text, headers.get("odata-version")]).toEqual([204, "", "4.0"]);
  });

  test.each([undefined, "", "{}", "{'unknown': [1, {}]}", "\uFEFF{ }"])(
    "take %j for a body that says nothing",
    async (body) => {
      expect((await act("initializedatamanagementasync", body)).status).toBe(204);
    },
  );

  test.each(["[]", "null", "'x'", "{", "{}{}", "x".repeat(100)])("refuse the body %j", async (body) => {
    const { status, json } = await act("InitializeDataManagement", body);

    expect([status, json.error.message]).toEqual([400, expect.stringContaining("no JSON object")]);
  });

  test("refuse a body of any size that is no parameters", async () => {
    expect((await act("InitializeDataManagement", `{"a":"${"x".repeat(100_000)}"}`)).status).toBe(413);
  });

  test("are named where somebody asks for one that there is not, and belong to the data projects alone", async () => {
    const unknown = await act("Nothing\r\n");
    expect([unknown.status, unknown.json.error.message]).toEqual([
      404,
      expect.stringMatching(/InitializeDataManagement, /),
    ]);
    const elsewhere = await call(`/data/LegalEntities/${namespace}.InitializeDataManagement`, { method: "POST" });
    expect(elsewhere.status).toBe(404);
  });

  test("are done by POST alone, by an application with the role", async () => {
    const address = `/data/${groups}/${namespace}.InitializeDataManagement`;
    const { status, headers } = await call(address);
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
    expect((await call(address, { method: "POST", caller: { roles: ["Integration.Manage"] } })).status).toBe(403);
    expect((await call(address, { method: "POST", caller: { scopes: ["Manage.Access"] } })).status).toBe(403);
  });

  test("stand in the description of the service, each with its parameters and what it answers", async () => {
    const { text } = await call("/data/$metadata");

    const { schema } = parse(text) as unknown as { schema: { actions: readonly DescribedAction[] } };
    expect(schema.actions.map(({ name, isBound }) => [name, isBound])).toEqual(actions.map(({ name }) => [name, true]));
    for (const { name, parameters, returnType } of schema.actions) {
      const action = actions.find((each) => each.name === name)!;
      const described = parameters.slice(1).map((each) => [each.name, each.type]);
      expect([name, described]).toEqual([
        name,
        Object.entries(action.parameters).map(([named, { type }]) => [named, type]),
      ]);
      expect([name, returnType || undefined]).toEqual([name, action.returns && nameOfType(action.returns)]);
    }
  });

  test("take their members by name in any case, and refuse one of another form by its name", async () => {
    const { json } = await act("GetEntitySequence", "{'LISTOFDATAENTITIES': 'custcustomergroupentity'}");
    const line = { EntityName: "Customer groups", ExecutionUnit: 1, LevelInExecutionUnit: 1, SequenceInLevel: 1 };
    expect(json).toEqual({ "@odata.context": `${base}/data/$metadata#Edm.String`, value: JSON.stringify([line]) });

    for (const listOfDataEntities of [undefined, null, "", {}, true, "x\ny", "x".repeat(5_000)]) {
      const { status, json } = await act("GetEntitySequence", { listOfDataEntities });
      expect([status, json.error.details]).toEqual([
        400,
        [
          expect.objectContaining({
            target: "listOfDataEntities",
            message: expect.stringMatching(/^This is required/),
          }),
        ],
      ]);
    }
    const unknown = await act("GetEntitySequence", { listOfDataEntities: "Customer groups, Nothing" });
    expect([unknown.status, unknown.json.error.innererror.message]).toEqual([
      400,
      "Entity Nothing does not exist in the target environment.",
    ]);
  });
});
