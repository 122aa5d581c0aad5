import { type DataEntity, isSameName } from "../../domain/dataEntity.ts";
import type { DataProject } from "../../domain/dataProject.ts";
import { DomainError } from "../../domain/errors.ts";
import type { NumberSequence } from "../../domain/numberSequence.ts";
import { type SourceFormat, builtInFormats } from "../../domain/sourceFormat.ts";
import type { Stylesheet } from "../../domain/stylesheet.ts";
import type { Ports } from "../../ports.ts";
import type { Definition } from "../../ports/definitions.ts";

export async function loadProject(ports: Ports, name: string): Promise<Definition<DataProject>> {
  const project = await ports.definitions.find("project", name);
  if (project) return project;
  throw new DomainError("notFound", `There is no data project "${name}".`);
}

export async function loadEntity(ports: Ports, name: string): Promise<Definition<DataEntity>> {
  const entity = await ports.definitions.find("entity", name);
  if (entity) return entity;
  throw new DomainError("notFound", `There is no data entity "${name}".`);
}

export async function loadNumberSequence(ports: Ports, name: string): Promise<Definition<NumberSequence>> {
  const sequence = await ports.definitions.find("numberSequence", name);
  if (sequence) return sequence;
  throw new DomainError("notFound", `There is no number sequence "${name}".`);
}

/** The entities of all lines; a line whose entity is gone is passed over, and shows when it runs. */
export async function loadEntities(ports: Ports, project: DataProject): Promise<readonly DataEntity[]> {
  const found = await Promise.all(project.lines.map((line) => ports.definitions.find("entity", line.entity)));
  return found.flatMap((entity) => (entity ? [entity.value] : []));
}

export async function loadStylesheet(ports: Ports, name: string): Promise<Definition<Stylesheet>> {
  const stylesheet = await ports.definitions.find("stylesheet", name);
  if (stylesheet) return stylesheet;
  throw new DomainError("notFound", `There is no stylesheet "${name}".`);
}

/** A format that somebody saved, or one that is built in. */
export type KnownFormat = Definition<SourceFormat> | { readonly value: SourceFormat; readonly etag?: never };

/** A stored format, or the built-in one of this name. */
export async function findFormat(ports: Ports, name: string): Promise<KnownFormat | undefined> {
  const saved = await ports.definitions.find("format", name);
  if (saved) return saved;
  const value = builtInFormats.find((format) => isSameName(format.name, name.trim()));
  return value && { value };
}

export async function loadFormat(ports: Ports, name: string): Promise<KnownFormat> {
  const known = await findFormat(ports, name);
  if (known) return known;
  throw new DomainError("notFound", `There is no source data format "${name}".`);
}
