import { Button, Field, Input, Radio, RadioGroup, Spinner } from "@fluentui/react-components";
import { DropZone } from "../DropZone.tsx";
import { Failure } from "../Failure.tsx";
import { NamePicker } from "../NamePicker.tsx";
import { ProposedFields } from "./ProposedFields.tsx";
import type { FileLine } from "./useFileLine.ts";

/** Takes a file, and asks what it cannot tell by itself: its format, and the entity that it holds records of. */
export function FileForm({ of, isBusy }: { readonly of: FileLine; readonly isBusy: boolean }) {
  const { choice, take, forget, look, isPackage } = of;
  const { file } = choice;
  if (!file) return <DropZone label="Drop a file with some records, or a data package, here" take={take} />;
  return (
    <div className="form-parts">
      <div className="row">
        <strong>
          <bdi className="wrap">{file.name}</bdi>
        </strong>
        {look.data && <span className="faint">It seems to be {look.data.reason}.</span>}
        <Button size="small" disabled={isBusy} onClick={forget}>
          Another file
        </Button>
      </div>
      {look.isLoading && <Spinner size="tiny" label="Looking at the file …" />}
      {look.error && <Failure error={look.error} what="The file cannot be read" />}
      {isPackage && <p>Its manifest says which entities it holds; each becomes a line of the project.</p>}
      {look.data && !isPackage && <FormatAndEntity of={of} />}
    </div>
  );
}

function FormatAndEntity({ of }: { readonly of: FileLine }) {
  const { format, formats, change, isNew, entity, entities, look } = of;
  return (
    <>
      <NamePicker
        label="Source data format"
        hint={
          look.data?.format === undefined
            ? "No format of the service is for such a file. Make one under Formats, or choose the nearest."
            : "Guessed from the beginning of the file."
        }
        names={formats.map(({ name }) => name)}
        name={format}
        choose={(next) => change({ format: next })}
      />
      <Field label="Data entity">
        <RadioGroup
          layout="horizontal"
          value={isNew ? "new" : "known"}
          onChange={(_, { value }) => change({ isNew: value === "new" })}
        >
          <Radio value="known" label="One that is there" disabled={entities.length === 0} />
          <Radio value="new" label="A new one, made from the file" />
        </RadioGroup>
      </Field>
      {isNew ? (
        <NewEntity of={of} />
      ) : (
        <NamePicker
          label="Entity"
          names={entities.map(({ name }) => name)}
          name={entity}
          choose={(next) => change({ entity: next })}
        />
      )}
    </>
  );
}

function NewEntity({ of }: { readonly of: FileLine }) {
  const { inference, proposal, change, entity } = of;
  return (
    <>
      <Field label="Name of the entity" required>
        <Input value={entity} maxLength={60} onChange={(_, { value }) => change({ newName: value })} />
      </Field>
      {inference.isLoading && <Spinner size="tiny" label="Reading the first rows …" />}
      {inference.error && (
        <Failure
          error={inference.error}
          what="No entity can be made of this file"
          retry={() => void inference.refetch()}
        />
      )}
      {inference.data && proposal && (
        <ProposedFields inference={inference.data} proposal={proposal} change={(next) => change({ proposal: next })} />
      )}
    </>
  );
}
