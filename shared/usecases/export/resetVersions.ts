import { type Actor, actorOf } from "../../domain/caller.ts";
import { findLine } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { isSameName } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import { nameList } from "../../domain/nameList.ts";
import type { Ports } from "../../ports.ts";
import { loadEntities } from "../definitions/loadDefinitions.ts";
import { runsOfProject } from "../definitions/uses.ts";
import { authorizeProject } from "../access/authorizeProject.ts";
import { markName } from "./exportPackage.ts";

interface ResetWish {
  readonly project: string;
  /** By label or AOT name. */
  readonly entity: string;
  /** Absent: every company. */
  readonly company?: string;
}

/**
 * Makes the next exports of an entity full ones: those of the project's own runs, and those of its jobs. Throws `invalid`
 * in the words of the original for a project or an entity of it that there is not.
 */
export async function resetVersions(ports: Ports, { project, entity, company }: ResetWish, by: Actor): Promise<void> {
  const { value } = await authorizeProject(ports, by, project);
  const known = await loadEntities(ports, value);
  const line = findLine(value, known, entity);
  const found = line && known.find(({ name }) => isSameName(name, line.entity));
  if (!found)
    throw new DomainError("invalid", `Entity ${nameList([entity])} does not exist in the target environment.`);
  const id = entityId(found);
  const shared = markName({ entityId: id, company: undefined });
  const isMeant = (name: string) =>
    company === undefined
      ? name.startsWith(shared)
      : name === shared || name === markName({ entityId: id, company: company.toUpperCase() });
  for await (const activityId of runsOfProject(ports, value.name)) {
    await ports.messages.resetWatermarks(activityId, isMeant);
  }
  const entry = { kind: "project", target: value.name, detail: `the changes of ${found.name} begin anew` } as const;
  await ports.audit.record({ at: ports.clock.now(), ...actorOf(by), action: "edit", ...entry });
}
