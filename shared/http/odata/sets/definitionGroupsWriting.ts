import type { DataProject } from "../../../domain/dataProject.ts";
import { DomainError } from "../../../domain/errors.ts";
import type { Ports } from "../../../ports.ts";
import type { Definition } from "../../../ports/definitions.ts";
import { requireForApplication } from "../../../usecases/access/authorizeProject.ts";
import { loadProject } from "../../../usecases/definitions/loadDefinitions.ts";
import { removeProject } from "../../../usecases/definitions/removeDefinition.ts";
import { requireMatch } from "../../../usecases/definitions/saveDefinition.ts";
import { saveProject } from "../../../usecases/definitions/saveProject.ts";
import { checkMembers } from "../../manageBody.ts";
import { projectRequest, toProject } from "../../manageProjectSchema.ts";
import { requireSameName } from "../../manageRequest.ts";
import type { Row, Values, Writer, Writing } from "../model.ts";

/** Makes, changes and removes data projects; what made of the project `toRow` shows. */
export function writingOfProjects(toRow: (project: Definition<DataProject>) => Row): Writing {
  return {
    async create(ports, values, by) {
      const project = toProject(checkMembers(projectRequest, membersOf(values)));
      refuseTruncation(values, false);
      if (await ports.definitions.find("project", project.name)) {
        throw new DomainError("conflict", `The data project '${project.name}' exists.`);
      }
      return toRow((await saveProject(ports, project, undefined, by)).definition);
    },
    async change(ports, key, values, writer) {
      const changed = await changeProject(ports, key.get("Name") ?? "", writer, (project) => {
        if (typeof values["Name"] === "string") requireSameName(project.name, values["Name"]);
        refuseTruncation(values, isTruncating(project));
        const members = checkMembers(projectRequest, { ...membersOf({ ...valuesOf(project), ...values }), lines: [] });
        return { ...project, description: members.description, direction: members.direction };
      });
      return toRow(changed);
    },
    async remove(ports, key, { by, ifMatch }) {
      const name = key.get("Name") ?? "";
      const judged = await loadProject(ports, name);
      await requireForApplication(ports, by, judged.value);
      requireMatch("project", name, judged, ifMatch);
      await removeProject(ports, name, [judged.etag], by);
    },
  };
}

/** Saves what becomes of a project as it was looked at. */
export async function changeProject(
  ports: Ports,
  name: string,
  { by, ifMatch }: Writer,
  change: (project: DataProject) => DataProject,
): Promise<Definition<DataProject>> {
  const judged = await loadProject(ports, name);
  await requireForApplication(ports, by, judged.value);
  requireMatch("project", judged.value.name, judged, ifMatch);
  return (await saveProject(ports, change(judged.value), [judged.etag], by)).definition;
}

/** Whether each enabled line empties its entity first. */
export function isTruncating({ lines }: DataProject): boolean {
  const enabled = lines.filter((line) => line.isEnabled);
  return enabled.length > 0 && enabled.every((line) => line.truncateFirst);
}

/** It is a matter of each line here, and one that is written down and not done would be the worst. */
function refuseTruncation(values: Values, is: boolean): void {
  const wished = values["TruncateEntityData"];
  if (wished === undefined || (wished === "Yes") === is) return;
  const message = "not supported yet: to set it here; each line of a project says so for itself (truncateFirst)";
  throw new DomainError("invalid", `TruncateEntityData: ${message}.`, [{ path: "TruncateEntityData", message }]);
}

function membersOf({ Name, Description, OperationType }: Values): object {
  return {
    name: Name,
    ...(typeof Description === "string" && { description: Description }),
    ...(typeof OperationType === "string" && { direction: OperationType.toLowerCase() }),
  };
}

function valuesOf({ name, description, direction }: DataProject): Values {
  return { Name: name, Description: description, OperationType: direction };
}
