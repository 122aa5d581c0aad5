import type { StartedRun } from "../../../usecases/runs/startedRun.ts";
import { definitionName, flag, optionalText, text } from "./parameters.ts";

/** What is said of a run whose project comes of a package in storage. */
export const packageParameters = {
  packageUrl: text,
  definitionGroupId: definitionName,
  executionId: optionalText,
  execute: flag,
  overwrite: flag,
  legalEntityId: optionalText,
};

interface ByPackage {
  readonly packageUrl: string;
  readonly definitionGroupId: string;
  readonly executionId: string;
  readonly overwrite: boolean;
  readonly legalEntityId: string;
}

export function toPackageWish({ packageUrl, definitionGroupId, overwrite, ...run }: ByPackage) {
  return { packageUrl, project: definitionGroupId, overwrite, ...toRunWish(run) };
}

interface Run {
  readonly executionId: string;
  readonly legalEntityId: string;
}

/** An empty text says nothing. */
export function toRunWish({ executionId, legalEntityId }: Run) {
  return {
    asApplication: true,
    ...(legalEntityId !== "" && { company: legalEntityId }),
    ...(executionId !== "" && { requestedId: executionId }),
  };
}

/** The id by which the caller asks for the run: its own, where it gave one. */
export function idOfRun({ executionId }: Run, started: StartedRun): string {
  return executionId || (started.executionId ?? started.messageId);
}
