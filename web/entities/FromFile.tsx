import { Field, Spinner } from "@fluentui/react-components";
import { useState } from "react";
import { DropZone } from "../parts/DropZone.tsx";
import type { EntityDraft } from "../parts/entity/entityDraft.ts";
import { InferenceNotes } from "../parts/entity/InferenceNotes.tsx";
import { NameChoice } from "../parts/entity/NameChoice.tsx";
import { formatOfFile, useInference } from "../parts/entity/useInference.ts";
import { Failure } from "../parts/Failure.tsx";
import { nameOfFile } from "../parts/file/nameOfFile.ts";

interface Props {
  readonly draft: EntityDraft;
  readonly take: (draft: EntityDraft) => void;
}

/** Fills the form with what a file suggests. */
export function FromFile({ draft, take }: Props) {
  const [format, setFormat] = useState("");
  const [fileName, setFileName] = useState<string>();
  const { mutate, data, error, isPending } = useInference();
  const infer = (file: File): void => {
    setFileName(file.name);
    const name = draft.name.trim() || nameOfFile(file.name);
    mutate(
      { file, name, format: format || formatOfFile(file.name) },
      { onSuccess: ({ definition }) => take(definition) },
    );
  };
  return (
    <section className="panel form" aria-label="From a file">
      <Field label="Format of the file">
        <NameChoice list="formats" value={format} change={setFormat} none="As the file is called" />
      </Field>
      <DropZone
        label="Drop a file here, and the form is filled with what it suggests"
        take={infer}
        isBusy={isPending}
      />
      {isPending && <Spinner label={`Reading ${fileName ?? "the file"} …`} />}
      {error && <Failure error={error} what={`Nothing can be made of ${fileName ?? "the file"}`} />}
      {data && !isPending && <InferenceNotes inference={data} fileName={fileName ?? ""} />}
    </section>
  );
}
