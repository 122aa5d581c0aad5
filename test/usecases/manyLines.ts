import type { DataEntity } from "../../shared/domain/dataEntity.ts";
import type { EntityLine } from "../../shared/domain/dataProject.ts";
import type { Ports } from "../../shared/ports.ts";
import { runJobNow } from "../../shared/usecases/operate/runJobNow.ts";
import { importProject, line, operator, packageJob, seed } from "../support/definitions.ts";
import { type TestPorts, memoryPorts } from "../support/memoryPorts.ts";
import { define, manifestOf, packageOf, push } from "./world.ts";

export const entityNames = ["Alpha", "Beta", "Gamma", "Delta"] as const;

export function entityOf(name: string): DataEntity {
  return {
    name,
    aotName: `${name}Entity`,
    isPerCompany: false,
    isChangeTracked: false,
    fields: [
      { name: "ID", type: "string", lengthMax: 3, isKey: true, isRequired: true },
      { name: "N", type: "integer", isKey: false, isRequired: false },
    ],
  };
}

export type Line = Partial<EntityLine> & { readonly entity: string };

/** A service with a project of the lines, and one package of the files on its way into it. */
export async function prepared(lines: readonly Line[], files: Readonly<Record<string, string>>) {
  const ports = memoryPorts();
  await seed(ports);
  for (const { entity } of lines) await define(ports, "entity", entity, entityOf(entity));
  await define(ports, "project", importProject.name, {
    ...importProject,
    lines: lines.map((changes) => ({ ...line, ...changes })),
  });
  return { ports, messageId: await pushPackage(ports, files) };
}

export async function pushPackage(ports: TestPorts, files: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.keys(files).map((entity) => ({
    entityName: entity,
    targetEntity: `${entity}Entity`,
    inputFilePath: `${entity}.csv`,
  }));
  const named = Object.fromEntries(Object.entries(files).map(([entity, file]) => [`${entity}.csv`, file]));
  return push(ports, await packageOf(manifestOf(...lines), named), {}, packageJob);
}

export async function run(ports: TestPorts, changes: Partial<Ports> = {}): Promise<void> {
  await runJobNow(ports, packageJob.activityId, operator);
  await ports.drain(changes);
}

export const csv = (...rows: readonly string[]): string => ["ID,N", ...rows, ""].join("\r\n");
export const good = csv("1,1", "2,2");

/** Lets so many turns of the event loop go by. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await new Promise((done) => setImmediate(done));
}
