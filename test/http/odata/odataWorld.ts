import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { seed } from "../../support/definitions.ts";
import { memoryPorts, type TestPorts } from "../../support/memoryPorts.ts";
import { type Answer, type Call, odataApp } from "./odataApp.ts";

export interface ODataWorld {
  readonly ports: TestPorts;
  readonly ground: ReturnType<typeof memoryGround>;
  readonly call: ReturnType<typeof odataApp>;
  /** Does an action on the data projects, as RIS sends it, unless the body is a text. */
  readonly act: (action: string, body: object | string, caller?: Call["caller"]) => Promise<Answer>;
  /** What the action answers; of a refusal its status and why. */
  readonly valueOf: (...action: Parameters<ODataWorld["act"]>) => Promise<Answer["json"]>;
}

/** The seeded definitions on stores of their own, and calls of what is served of them as OData. */
export async function odataWorld(): Promise<ODataWorld> {
  let ground = memoryGround();
  const ports = memoryPorts({}, (own) => (ground = own as typeof ground));
  const call = odataApp(ports);
  await seed(ports);
  const act: ODataWorld["act"] = (action, body, caller = {}) => {
    const headers = { accept: "application/json", "content-type": "application/json; charset=utf-8" };
    const address = `/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.${action}`;
    return call(address, { method: "POST", headers, body, caller });
  };
  const valueOf: ODataWorld["valueOf"] = async (...action) => {
    const { status, json } = await act(...action);
    return status === 200 ? json.value : [status, json.error.innererror.message];
  };
  return { ports, ground, call, act, valueOf };
}
