import { Button, Checkbox, Field, Input, Select } from "@fluentui/react-components";
import type { FormEvent } from "react";
import { DropZone } from "../../parts/DropZone.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { sizeText } from "../../parts/figures.ts";
import type { Project } from "../../parts/project.ts";
import { Unsaved } from "../../parts/Unsaved.tsx";
import { Started } from "./Started.tsx";
import { type ImportChoice, type ImportNowState, useImportNow } from "./useImportNow.ts";

/** Import now: a file or a package goes in at once, by no recurring job. */
export function ImportNow({ project }: { readonly project: Project }) {
  const of = useImportNow(project);
  const { choice, take, run } = of;
  return (
    <section className="panel form-parts" aria-labelledby="import-now">
      <h2 id="import-now">Import now</h2>
      {choice ? (
        <Chosen of={of} choice={choice} />
      ) : (
        <DropZone label="Drop a file or a data package here" take={(file) => void take(file)} />
      )}
      {run.data && <Started run={run.data} />}
    </section>
  );
}

interface ChosenProps {
  readonly of: ImportNowState;
  readonly choice: ImportChoice;
}

function Chosen({ of: { entities, change, forget, run, stop }, choice }: ChosenProps) {
  const { file, source, entity, company, failOnError } = choice;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!run.isPending) run.mutate(choice);
  };
  return (
    <form className="form-parts" noValidate aria-label="Import now" onSubmit={submit}>
      <Unsaved isUnsaved={() => true} />
      <p>
        <strong>
          <bdi className="wrap">{file.name}</bdi>
        </strong>{" "}
        <span className="faint">{sizeText(file.size)}</span>
      </p>
      <div className="row">
        <Field label="What it is">
          <Select
            value={source}
            disabled={run.isPending}
            onChange={(_, { value }) => change({ source: value === "package" ? "package" : "file" })}
          >
            <option value="file">Data file</option>
            <option value="package">Data package</option>
          </Select>
        </Field>
        {source === "file" && (
          <Field label="Entity">
            <Select value={entity} disabled={run.isPending} onChange={(_, { value }) => change({ entity: value })}>
              {entities.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label="Company" hint="Where an entity's records belong to one.">
          <Input value={company} disabled={run.isPending} onChange={(_, { value }) => change({ company: value })} />
        </Field>
      </div>
      <Checkbox
        label="End at the first entity with a rejected record, and import none of its records"
        checked={failOnError}
        disabled={run.isPending}
        onChange={(_, { checked }) => change({ failOnError: checked === true })}
      />
      {run.error && !isStopped(run.error) && <Failure error={run.error} what="Nothing is imported" />}
      <div className="row part-end">
        <Button type="submit" appearance="primary" disabledFocusable={run.isPending}>
          {run.isPending ? "Sending …" : "Import now"}
        </Button>
        {run.isPending ? <Button onClick={stop}>Stop</Button> : <Button onClick={forget}>Another file</Button>}
      </div>
    </form>
  );
}

const isStopped = (error: Error): boolean => error.name === "AbortError";
