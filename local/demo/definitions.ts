import path from "node:path";
import customerGroups from "./definitions/entities/customer-groups.json" with { type: "json" };
import projectIn from "./definitions/projects/customer-groups-in.json" with { type: "json" };
import projectOut from "./definitions/projects/customer-groups-out.json" with { type: "json" };

/** The objects of the demo, as files. Their ids are fixed, so that pasted lines stay true. */
export const demoFolder = path.join(import.meta.dirname, "definitions");

export const importActivityId = "00000000-0000-4000-8000-000000000001";
export const packageActivityId = "00000000-0000-4000-8000-000000000002";
export const exportActivityId = "00000000-0000-4000-8000-000000000003";

const { $schema: _entitySchema, ...entityBody } = customerGroups;
const { $schema: _inSchema, ...importBody } = projectIn;
const { $schema: _outSchema, ...exportBody } = projectOut;

export const entity = entityBody;
export const entityName = entity.name;
export const projects = [importBody, exportBody] as const;

/** Every minute from the given moment, which is in whole seconds. */
export function everyMinuteFrom(at: number): object {
  const start = new Date(at).toISOString().slice(0, 19);
  return { start, timeZone: "UTC", frequency: "minute", interval: 1, end: { kind: "never" } };
}
