import { DomainError } from "../../../domain/errors.ts";
import { type ErrorFile, findErrorFile } from "../../../usecases/watch/findErrorFile.ts";
import { type ActionCall, toAction } from "./action.ts";
import { runNamed } from "./namedRun.ts";
import { id, text } from "./parameters.ts";
import { addressToRead } from "./readAddress.ts";

const facts = { parameters: { executionId: id, entityName: text }, isOpenToJobs: true } as const;

/**
 * The rows that a run rejected, as a file. The original keeps those that did not get to its staging tables apart from those
 * that got no further than there; here a row has one way, so that both are in the one file, which a run writes by itself.
 */
export const errorFiles = [
  toAction({
    ...facts,
    name: "GenerateImportTargetErrorKeysFile",
    returns: "Edm.Boolean",
    run: async (call, given) => (await find(call, given)) !== undefined,
  }),
  toAction({
    ...facts,
    name: "GetImportTargetErrorKeysFileUrl",
    returns: "Edm.String",
    async run(call, given) {
      const file = await find(call, given);
      // Whoever was told that there are rejected rows, and then of no address, asks again without end.
      if (!file) throw new DomainError("invalid", `The run rejected no rows of ${given.entityName}: there is no file.`);
      return addressToRead(call, "executions", file);
    },
  }),
  toAction({
    ...facts,
    name: "GetImportStagingErrorFileUrl",
    returns: "Edm.String",
    async run(call, given) {
      const file = await find(call, given);
      return file ? addressToRead(call, "executions", file) : "";
    },
  }),
];

async function find(
  call: ActionCall,
  { executionId, entityName }: { readonly executionId: string; readonly entityName: string },
): Promise<ErrorFile | undefined> {
  return findErrorFile(call.ports, await runNamed(call, executionId), entityName);
}
