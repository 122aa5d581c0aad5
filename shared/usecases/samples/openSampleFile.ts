import { isNamed, isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import type { FileFacts, Ports, Slice } from "../../ports.ts";
import { loadProject } from "../definitions/loadDefinitions.ts";
import { sampleFile } from "../definitions/projectSamples.ts";
import type { NamedLine } from "./generateMap.ts";
import { openKeptPackage } from "./sampleProject.ts";
import { findEntities } from "./sampleSources.ts";

interface SampleFile {
  readonly fileName: string;
  /** Absent for a file out of a package, which is unpacked while it is read. */
  readonly facts?: FileFacts;
  readonly read: (slice?: Slice) => AsyncIterable<Uint8Array>;
}

/** The file that a line has as its sample, as it came; of a package that is one of its files. */
export async function openSampleFile(ports: Ports, { project: name, entity: wanted }: NamedLine): Promise<SampleFile> {
  const { value: project } = await loadProject(ports, name);
  const entity = (await findEntities(ports)).find((each) => isNamed(each, wanted));
  const line = project.lines.find((each) => isSameName(each.entity, entity?.name ?? wanted));
  if (!line) throw new DomainError("notFound", `Data project "${project.name}" has no line "${wanted}".`);
  const { sample } = line;
  if (!sample) throw new DomainError("notFound", `The line "${line.entity}" has no sample.`);
  const file = sampleFile(project.name, sample.checkedAt);
  const facts = await ports.files.findFacts("executions", file);
  const { fileName } = sample;
  if (!facts) {
    throw new DomainError("gone", `Sample ${fileName} of "${line.entity}" is stored no more. Send it again.`);
  }
  const archive = await openKeptPackage(ports, file);
  if (archive) return { fileName, read: () => archive.open(fileName) };
  return { fileName, facts, read: (slice) => ports.files.read("executions", file, slice?.offset, slice?.length) };
}
