import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Failure } from "../parts/Failure.tsx";
import { ExportLineForm, useExportLine } from "./ExportLine.tsx";
import { FileForm } from "../parts/file/FileForm.tsx";
import { SampleResult } from "../parts/file/SampleResult.tsx";
import { addFile, addLine, type Sampled, useFileLine } from "../parts/file/useFileLine.ts";
import { Unsaved } from "../parts/Unsaved.tsx";
import type { Project } from "../parts/project.ts";

interface Props {
  readonly project: Project;
  readonly close: () => void;
}

/** Adds an entity to a project: by a file with some records to an import, by its name to an export. */
export function AddEntity({ project, close }: Props) {
  return (
    <section className="panel" aria-label="Add entity">
      {project.direction === "import" ? (
        <AddByFile project={project} close={close} />
      ) : (
        <AddByName project={project} close={close} />
      )}
    </section>
  );
}

function AddByFile({ project: { name }, close }: Props) {
  const api = useApi();
  const of = useFileLine();
  const [sampled, setSampled] = useState<Sampled>();
  const { mutate, error, isPending } = useChange(async () => {
    const answer = await addFile(api, name, of);
    // What went in without a word needs none.
    if (answer.lines.every(({ isValid, warnings }) => isValid && warnings.length === 0)) return close();
    setSampled(answer);
    of.forget();
  });
  return (
    <>
      <Unsaved isUnsaved={() => of.choice.file !== undefined} />
      {sampled && <SampleResult sampled={sampled} />}
      <FileForm of={of} isBusy={isPending} />
      {error !== null && <Failure error={error} what="The file is not added" />}
      <div className="row part-end">
        <Button appearance="primary" disabled={!of.isReady || isPending} onClick={() => mutate(undefined)}>
          {isPending ? "Adding …" : "Add"}
        </Button>
        <Button onClick={close}>{sampled ? "Done" : "Cancel"}</Button>
      </div>
    </>
  );
}

function AddByName({ project: { name, lines }, close }: Props) {
  const api = useApi();
  const of = useExportLine(lines.map(({ entity }) => entity));
  const { mutate, error, isPending } = useChange(async () => {
    if (of.line) await addLine(api, name, of.line);
    close();
  });
  return (
    <>
      <ExportLineForm of={of} />
      {error !== null && <Failure error={error} what="The entity is not added" />}
      <div className="row part-end">
        <Button appearance="primary" disabled={!of.line || isPending} onClick={() => mutate(undefined)}>
          Add
        </Button>
        <Button onClick={close}>Cancel</Button>
      </div>
    </>
  );
}
