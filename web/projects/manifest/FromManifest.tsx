import { Button, Checkbox, Field, Input, Spinner } from "@fluentui/react-components";
import type { FormEvent } from "react";
import { DropZone } from "../../parts/DropZone.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { Unsaved } from "../../parts/Unsaved.tsx";
import { ManifestLines } from "./ManifestLines.tsx";
import { ManifestNotes } from "./ManifestNotes.tsx";
import { MissingFormats } from "./MissingFormats.tsx";
import { type Draft, type Manifest, useCreation, useManifest } from "./useManifest.ts";

/** A data project made of a package of the original, or of the manifest of one. */
export function FromManifest() {
  const of = useManifest();
  const { choice, check, draft, take, forget } = of;
  const { file } = choice;
  if (!file) {
    return (
      <>
        <p className="prose">
          Drop a data package that Dynamics 365 exported, or the Manifest.xml out of it: its entities, maps, sequence
          and transformations become a project here. Nothing is made before you have seen it.
        </p>
        <DropZone label="Drop a data package, or its Manifest.xml, here" take={take} />
      </>
    );
  }
  return (
    <div className="form-parts">
      <div className="row">
        <strong>
          <bdi className="wrap">{file.name}</bdi>
        </strong>
        <Button size="small" onClick={forget}>
          Another file
        </Button>
        {draft && (
          <Button size="small" disabledFocusable={check.isFetching} onClick={() => void check.refetch()}>
            {check.isFetching ? "Looking …" : "Look again"}
          </Button>
        )}
      </div>
      {check.isLoading && <Spinner size="tiny" label="Reading the manifest …" />}
      {check.error && (
        <Failure error={check.error} what="No project can be made of this file" retry={() => void check.refetch()} />
      )}
      {draft && <Drafted of={of} draft={draft} />}
    </div>
  );
}

function Drafted({ of, draft }: { readonly of: Manifest; readonly draft: Draft }) {
  const { choice, change, isReady, isPackage } = of;
  const { create, error, isPending, made } = useCreation(of);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create();
  };
  const withProblems = draft.lines.filter(({ problems }) => problems.length > 0).length;
  return (
    <form className="form-parts" noValidate aria-label="The data project" onSubmit={submit}>
      <Unsaved isUnsaved={() => !isPending && made === undefined} />
      <Field label="Name" required>
        <Input
          value={choice.name ?? draft.definitionGroupName}
          maxLength={60}
          disabled={made !== undefined}
          onChange={(_, { value }) => change({ name: value })}
        />
      </Field>
      {draft.description !== "" && <p className="prose faint">{draft.description}</p>}
      <ManifestNotes draft={draft} />
      <MissingFormats of={of} draft={draft} />
      <ManifestLines lines={draft.lines} />
      {withProblems > 0 && (
        <Checkbox
          label={`Leave out the ${withProblems === 1 ? "entity that has" : `${withProblems} entities that have`} problems`}
          checked={choice.leaveOut}
          onChange={(_, { checked }) => change({ leaveOut: checked === true })}
        />
      )}
      {isPackage && (
        <Checkbox
          label="Keep the package's files as samples, and check them"
          checked={choice.keepsSamples}
          onChange={(_, { checked }) => change({ keepsSamples: checked === true })}
        />
      )}
      {error !== null && (
        <Failure
          error={error}
          what={made === undefined ? "No project is made" : "The project is made, its samples are not"}
        />
      )}
      <div className="row part-end">
        <Button type="submit" appearance="primary" disabled={!isReady || isPending}>
          {isPending ? "Creating …" : made === undefined ? "Create" : "Try again"}
        </Button>
      </div>
    </form>
  );
}
