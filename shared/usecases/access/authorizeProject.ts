import { type Actor, actorOf } from "../../domain/caller.ts";
import { type DataProject, isOpenTo } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { nameList } from "../../domain/nameList.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";

/**
 * The data project that an application with the role of the package API uses. One that there is not and one that is not
 * for the application get the same refusal, with the text of the original; the precise reason goes to the log and the
 * audit trail only.
 */
export async function authorizeProject(ports: Ports, by: Actor, name: string): Promise<Definition<DataProject>> {
  const project = await ports.definitions.find("project", name);
  if (project && (await isForApplication(ports, by, project.value))) return project;
  throw new DomainError("invalid", `Data project ${nameList([name])} does not exist.`);
}

/** Throws `forbidden` for a project that is not for the application. */
export async function requireForApplication(ports: Ports, by: Actor, project: DataProject): Promise<void> {
  if (await isForApplication(ports, by, project)) return;
  throw new DomainError("forbidden", `The application is not authorized for data project ${nameList([project.name])}.`);
}

/** Whether the application may use the project; a refusal is written down. */
export async function isForApplication(ports: Ports, by: Actor, project: DataProject): Promise<boolean> {
  const { applicationId } = by;
  if (isOpenTo(project, applicationId)) return true;
  const detail = "application id is not listed for the data project";
  ports.log.warn("project.refused", { project: project.name, applicationId, reason: detail });
  const refusal = { at: ports.clock.now(), ...actorOf(by), kind: "project", target: project.name, detail } as const;
  await ports.audit.recordRefusal(refusal);
  return false;
}
