import { Button, Field, Select, Spinner } from "@fluentui/react-components";
import { DropZone } from "../../parts/DropZone.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { useEntities } from "../../parts/useNames.ts";
import type { FormatDraft } from "../formatDraft.ts";
import "../formats.css";
import { TriedFacts } from "./TriedFacts.tsx";
import { TriedRows } from "./TriedRows.tsx";
import { type TryOutState, useTryOut } from "./useTryOut.ts";

/** Reads the first rows of a file in the format as it is typed. */
export function TryOut({ format }: { readonly format: FormatDraft }) {
  const of = useTryOut(format);
  const { file, take, forget, tried } = of;
  return (
    <section className="panel form-parts try-out" aria-label="Try it out">
      <h2>Try it out</h2>
      {!file && (
        <>
          <DropZone label="Drop a file in this format here" take={take} />
          <p className="faint prose">Its first rows are shown, with what is wrong with them. Nothing is kept.</p>
        </>
      )}
      {file && (
        <>
          <div className="row">
            <strong>
              <bdi className="wrap">{file.name}</bdi>
            </strong>
            <Button size="small" onClick={forget}>
              Another file
            </Button>
            {tried.isFetching && <Spinner size="tiny" label="Reading the file …" />}
          </div>
          <EntityChoice of={of} />
          {tried.error && (
            <Failure error={tried.error} what="The file cannot be read so" retry={() => void tried.refetch()} />
          )}
          {tried.data && !tried.error && (
            <>
              <TriedFacts tried={tried.data} />
              <TriedRows tried={tried.data} />
            </>
          )}
        </>
      )}
    </section>
  );
}

function EntityChoice({ of: { entity, setEntity } }: { readonly of: TryOutState }) {
  const { data: entities = [] } = useEntities();
  if (entities.length === 0) return null;
  return (
    <Field
      label="Check the values as those of"
      hint="Columns are matched with the entity's fields by their names: so it shows whether language and time zone are right."
    >
      <Select value={entity} onChange={(_, { value }) => setEntity(value)}>
        <option value="">No entity</option>
        {entities.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
