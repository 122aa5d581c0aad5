import { Button, Field, Input, Select } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";
import { Failure } from "../../parts/Failure.tsx";
import { OptionalNumberInput } from "../../parts/NumberInput.tsx";
import type { Project } from "../../parts/project.ts";
import { randomId } from "../../parts/randomId.ts";
import { Started } from "./Started.tsx";

/** What is to be exported, as it is chosen. */
interface ExportChoice {
  readonly company: string;
  readonly refresh: "" | NonNullable<Schemas["ExportRequest"]["refresh"]>;
  /** Undefined: all. */
  readonly recordsMax: number | undefined;
  /** The same for each attempt at the same choice, so that one whose answer was lost makes no second run. */
  readonly executionId: string;
}

/** Export now: a package is made at once, by no recurring job. */
export function ExportNow({ project: { name } }: { readonly project: Project }) {
  const api = useApi();
  const [choice, setChoice] = useState<ExportChoice>(() => ({
    company: "",
    refresh: "",
    recordsMax: undefined,
    executionId: randomId(),
  }));
  const change = (next: Partial<ExportChoice>): void => setChoice({ ...choice, ...next, executionId: randomId() });
  const run = useChange(async (asked: ExportChoice) => {
    const body = toRequest(asked);
    const started = read(await api.POST("/manage/api/projects/{name}/export", { params: { path: { name } }, body }));
    setChoice({ ...asked, executionId: randomId() });
    return started;
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!run.isPending) run.mutate(choice);
  };
  return (
    <section className="panel form-parts" aria-labelledby="export-now">
      <h2 id="export-now">Export now</h2>
      <form className="form-parts" noValidate aria-label="Export now" onSubmit={submit}>
        <Choices choice={choice} change={change} isBusy={run.isPending} />
        {run.error && <Failure error={run.error} what="Nothing is exported" />}
        <div className="row part-end">
          <Button type="submit" appearance="primary" disabledFocusable={run.isPending}>
            {run.isPending ? "Beginning …" : "Export now"}
          </Button>
        </div>
      </form>
      {run.data && <Started run={run.data} />}
    </section>
  );
}

function toRequest({ company, refresh, recordsMax, executionId }: ExportChoice): Schemas["ExportRequest"] {
  return {
    executionId,
    ...(company.trim() !== "" && { company: company.trim() }),
    ...(refresh !== "" && { refresh }),
    ...(recordsMax !== undefined && { recordsMax }),
  };
}

interface ChoicesProps {
  readonly choice: ExportChoice;
  readonly change: (next: Partial<ExportChoice>) => void;
  readonly isBusy: boolean;
}

function Choices({ choice: { company, refresh, recordsMax }, change, isBusy }: ChoicesProps) {
  return (
    <div className="row">
      <Field label="Which records">
        <Select value={refresh} disabled={isBusy} onChange={(_, { value }) => change({ refresh: toRefresh(value) })}>
          <option value="">As each entity says</option>
          <option value="full">All</option>
          <option value="incremental">Changes since the last such export</option>
        </Select>
      </Field>
      <Field label="Records of each entity" hint="So many to look at; empty for all.">
        <OptionalNumberInput
          number={recordsMax}
          disabled={isBusy}
          change={(number) => change({ recordsMax: number })}
        />
      </Field>
      <Field label="Company" hint="Where an entity's records belong to one.">
        <Input value={company} disabled={isBusy} onChange={(_, { value }) => change({ company: value })} />
      </Field>
    </div>
  );
}

const toRefresh = (value: string): ExportChoice["refresh"] =>
  value === "full" || value === "incremental" ? value : "";
