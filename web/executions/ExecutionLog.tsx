import type { ReactNode } from "react";
import type { Schemas } from "../api/api.ts";
import { countText } from "../parts/figures.ts";
import { LongText } from "../parts/LongText.tsx";
import { Time } from "../parts/Time.tsx";

type Execution = Schemas["Execution"];
type EntityExecution = Schemas["EntityExecution"];

interface Entry {
  readonly key: string;
  /** Absent where the service kept no time for it. */
  readonly at?: string | undefined;
  readonly text: ReactNode;
}

const charactersMax = 1_000;

/** What a run did, in the order in which it did it. */
export function ExecutionLog({ execution }: { readonly execution: Execution }) {
  return (
    <ol className="panel log" aria-label="Execution log">
      {entriesOf(execution).map(({ key, at, text }) => (
        <li key={key}>
          <span className="log-time">{at !== undefined && <Time at={at} />}</span>
          <span className="wrap">{text}</span>
        </li>
      ))}
    </ol>
  );
}

function entriesOf(execution: Execution): readonly Entry[] {
  const { startedAt, finishedAt, attempt, entities, warnings, failure, jobVersion, projectVersion } = execution;
  const begun = `Attempt ${attempt} begins, by version ${jobVersion} of the job and ${projectVersion} of the project.`;
  const timed = entities.flatMap(entriesOfEntity).toSorted((one, other) => timeOf(one) - timeOf(other));
  return [
    { key: "begin", at: startedAt, text: begun },
    ...timed,
    ...warnings.map((warning) => ({ key: `warning ${warning}`, text: said("Warning", warning) })),
    ...(failure === undefined ? [] : [{ key: "failure", text: said("Ended early", failure) }]),
    finishedAt === undefined
      ? { key: "on", text: "The run goes on." }
      : { key: "end", at: finishedAt, text: "The run ended." },
  ];
}

function timeOf({ at }: Entry): number {
  return at === undefined ? Infinity : Date.parse(at);
}

function entriesOfEntity(entity: EntityExecution): readonly Entry[] {
  const { entity: name, startedAt, finishedAt, fileName, format, stylesheets, status, firstErrors } = entity;
  const key = `${name} ${fileName}`;
  if (startedAt === undefined) return [{ key, text: `${name} was not begun: ${status}.` }];
  const through = (stylesheets ?? []).map(({ name: sheet }) => sheet).join(", ");
  const how = through === "" ? format : `${format}, through ${through}`;
  return [
    { key: `${key} begins`, at: startedAt, text: <bdi>{`${name} begins: ${fileName} (${how}).`}</bdi> },
    ...firstErrors.map(({ line, place, field, code, message }, index) => ({
      key: `${key} ${index}`,
      at: finishedAt,
      text: said(`${name}, line ${place ?? countText(line)}, ${field} ${code}`, message),
    })),
    ...(finishedAt === undefined ? [] : [{ key: `${key} ends`, at: finishedAt, text: endOf(entity) }]),
  ];
}

function endOf({ entity, rowsRead, succeeded, failed, unprocessed, exported }: EntityExecution): string {
  if (rowsRead === 0 && exported > 0) return `${entity} ends: ${countText(exported)} exported.`;
  const counts = [
    [rowsRead, "read"],
    [succeeded, "succeeded"],
    [failed, "failed"],
    [unprocessed, "unprocessed"],
  ] as const;
  return `${entity} ends: ${counts.map(([count, what]) => `${countText(count)} ${what}`).join(", ")}.`;
}

function said(what: string, text: string): ReactNode {
  return (
    <>
      <bdi>{what}</bdi>: <LongText text={text} what={what} charactersMax={charactersMax} />
    </>
  );
}
