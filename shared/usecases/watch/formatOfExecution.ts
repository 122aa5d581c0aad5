import { isSameName } from "../../domain/dataEntity.ts";
import type { DefinitionVersion, EntityExecution, Execution } from "../../domain/execution.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { Ports } from "../../ports.ts";
import { formatsOf } from "../definitions/executionDefinitions.ts";
import { loadFormat } from "../definitions/loadDefinitions.ts";

export interface FormatOfExecution {
  readonly version: DefinitionVersion;
  readonly format: SourceFormat;
}

/** The format by which an execution read the file of an entity; the newest, where it did not write its version down. */
export async function formatOfExecution(
  ports: Ports,
  { versions }: Execution,
  { format: name }: EntityExecution,
): Promise<FormatOfExecution> {
  const version = versions?.formats.find((known) => isSameName(known.name, name));
  if (version) {
    const [found] = await formatsOf(ports, [version]);
    return { version, format: found!.value };
  }
  const known = await loadFormat(ports, name);
  const format = known.value;
  if (known.etag === undefined) return { version: { name: format.name, version: 0 }, format };
  return { version: { name: format.name, version: known.version, revision: known.revision }, format };
}
