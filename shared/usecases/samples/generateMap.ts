import type { Actor } from "../../domain/caller.ts";
import { isNamed, isSameName } from "../../domain/dataEntity.ts";
import type { DataProject, EntityLine } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import { mapOfEveryField } from "../../domain/fieldMap.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";
import { changeDefinitions } from "../definitions/changeDefinitions.ts";
import { loadProject } from "../definitions/loadDefinitions.ts";
import { sampleFile } from "../definitions/projectSamples.ts";
import { writeDefinition } from "../definitions/saveDefinition.ts";
import { requireFitsJobs, resolveLines } from "../definitions/saveProject.ts";
import { type CheckedSample, checkSample } from "./checkSample.ts";
import { findSources } from "./sampleProject.ts";
import { transformedSample } from "./transformedSample.ts";
import { findEntities } from "./sampleSources.ts";

/** A line of a project, by the label or the AOT name of its entity. */
export interface NamedLine {
  readonly project: string;
  readonly entity: string;
}

/**
 * Builds the line's map anew: from the columns of its sample where it has one, each to the field of its name, or else from
 * all fields of the entity. The line keeps nothing of the map before.
 */
export async function generateMap(ports: Ports, named: NamedLine, by: Actor): Promise<Definition<DataProject>> {
  return changeMap(ports, named, by, true);
}

/** Takes the line's map away, so that columns and fields are matched by name. */
export async function resetMap(ports: Ports, named: NamedLine, by: Actor): Promise<Definition<DataProject>> {
  return changeMap(ports, named, by, false);
}

async function changeMap(ports: Ports, named: NamedLine, by: Actor, hasMap: boolean): Promise<Definition<DataProject>> {
  const judged = await loadProject(ports, named.project);
  const changed = await withoutMap(ports, judged.value, named.entity);
  const next = { ...changed.line, ...(hasMap && { fieldMap: changed.fieldMap }) };
  return changeDefinitions(ports, async (turn) => {
    const stored = await loadProject(ports, named.project);
    if (stored.etag !== judged.etag) {
      throw new DomainError(
        "conflict",
        `Data project "${named.project}" was changed in this moment. Repeat the request.`,
      );
    }
    const lines = stored.value.lines.map((line) => (isSameName(line.entity, next.entity) ? next : line));
    const project = { ...stored.value, lines };
    await requireFitsJobs(ports, project, (await resolveLines(ports, project)).entities);
    return (await writeDefinition(ports, turn, "project", project.name, project, stored, by)).definition;
  });
}

/** The line without its map, what its sample says of it as such, and the map that names make. */
async function withoutMap(ports: Ports, project: DataProject, entityName: string) {
  const entity = (await findEntities(ports)).find((each) => isNamed(each, entityName));
  const found = entity && project.lines.find((line) => isSameName(line.entity, entity.name));
  if (!found) throw new DomainError("notFound", `Data project "${project.name}" has no line for "${entityName}".`);
  const { fieldMap: _, sample, ...line } = found;
  if (!sample) return { line, fieldMap: mapOfEveryField(entity) };
  const checked = await checkByName(ports, project, line, sample);
  const [problem] = checked.errors;
  if (!checked.isMapFit || !checked.fieldMap) {
    const text = `The names of the columns of sample ${sample.fileName} make no map: ${problem?.message ?? "it has none"}`;
    throw new DomainError("invalid", text);
  }
  return { line: { ...line, sample: { ...sample, isValid: checked.isValid } }, fieldMap: checked.fieldMap };
}

async function checkByName(
  ports: Ports,
  project: DataProject,
  line: EntityLine,
  { checkedAt, fileName }: NonNullable<EntityLine["sample"]>,
): Promise<CheckedSample> {
  const upload = { entity: line.entity, format: line.format, fileName };
  const sources = await findSources(ports, project, sampleFile(project.name, checkedAt), upload);
  const source = sources.find((each) => !("error" in each) && isSameName(each.entity.name, line.entity));
  const transformed = source && !("error" in source) ? await transformedSample(ports, { ...source, line }) : source;
  if (transformed && !("error" in transformed)) return checkSample(transformed, ports.startPace());
  if (transformed) throw new DomainError("invalid", transformed.error.message);
  throw new DomainError("notFound", `Sample ${fileName} of "${line.entity}" is stored no more. Send it again.`);
}
