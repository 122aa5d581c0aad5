import { Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";
import { Answered } from "../../parts/Answered.tsx";
import { DropZone } from "../../parts/DropZone.tsx";
import { Download } from "../../parts/Download.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { ForManagers, useMe } from "../../parts/Me.tsx";
import { Time } from "../../parts/Time.tsx";
import { useSettled } from "../../parts/useSettled.ts";
import { SampleResult } from "../../parts/file/SampleResult.tsx";
import type { Sampled } from "../../parts/file/useFileLine.ts";
import type { PanelProps } from "../line/panelProps.ts";
import { useCompany, usePreview } from "../line/usePreview.ts";
import { PreviewFacts } from "./PreviewFacts.tsx";
import { PreviewRows } from "./PreviewRows.tsx";

/** The sample of an entity: its first rows, what an import of it would come to, and another one in its place. */
export function SamplePanel(props: PanelProps) {
  const { stored, line } = props;
  const { mayManage } = useMe();
  return (
    <>
      {line.sample && <KeptSample project={stored.value.name} entity={line.entity} sample={line.sample} />}
      <ForManagers>
        <NewSample {...props} />
      </ForManagers>
      {!line.sample && (
        <Empty title="There is no sample yet">
          A file with some records shows here what an import of it would come to.
        </Empty>
      )}
      {line.sample && mayManage && <Rows {...props} />}
      {line.sample && !mayManage && <Empty title="You may only read">A manager sees the first rows here.</Empty>}
    </>
  );
}

interface KeptProps {
  readonly project: string;
  readonly entity: string;
  readonly sample: NonNullable<PanelProps["line"]["sample"]>;
}

function KeptSample({ project, entity, sample: { fileName, checkedAt, isValid } }: KeptProps) {
  const api = useApi();
  return (
    <div className="row kept-sample">
      <p className="wrap">
        <bdi>{fileName}</bdi>, checked <Time at={checkedAt} />
        {isValid ? "" : ": it has errors, and keeps jobs from being saved"}.
      </p>
      <Download
        text="Sample file"
        fileName={fileName}
        load={(signal) =>
          api.GET("/manage/api/projects/{name}/lines/{entity}/sample", {
            params: { path: { name: project, entity } },
            parseAs: "stream",
            signal,
          })
        }
      />
    </div>
  );
}

function NewSample({ stored, line }: PanelProps) {
  const api = useApi();
  const [sampled, setSampled] = useState<Sampled>();
  const { mutate, error, isPending } = useChange(async (file: File) => {
    if (file.size === 0) throw new Error("The file is empty. Choose one that holds a header and some records.");
    const answer = read(
      await api.POST("/manage/api/projects/{name}/sample", {
        params: {
          path: { name: stored.value.name },
          query: { entity: line.entity, format: line.format, filename: file.name },
        },
        body: file,
        headers: { "content-type": "application/octet-stream" },
      }),
    );
    setSampled(answer);
  });
  const hasWord = sampled?.lines.some(({ isValid, warnings }) => !isValid || warnings.length > 0) === true;
  return (
    <>
      <DropZone
        label={line.sample ? "Drop another sample here" : "Drop a file with some records here"}
        take={(file) => mutate(file)}
        isBusy={isPending}
      />
      {error !== null && <Failure error={error} what="The sample is not taken" />}
      {sampled && hasWord && <SampleResult sampled={sampled} />}
    </>
  );
}

const typingMs = 400;
const rowsMax = 100;

function Rows(props: PanelProps) {
  const [search, setSearch] = useSearchParams();
  const usual = useCompany(props);
  const typed = search.get("company") ?? undefined;
  const company = useSettled(typed, typingMs);
  const preview = usePreview(props, { company, limit: rowsMax });
  return (
    <>
      {props.entity.isPerCompany && (
        <Field label="Company" hint="Whose records it is compared with.">
          <Input
            className="number-input"
            value={typed ?? usual ?? ""}
            maxLength={4}
            onChange={(_, { value }) => setSearch({ tab: "sample", company: value.toUpperCase() }, { replace: true })}
          />
        </Field>
      )}
      <Answered query={preview} what="the first rows">
        {(answer) => (
          <>
            <PreviewFacts preview={answer} />
            <PreviewRows preview={answer} />
          </>
        )}
      </Answered>
    </>
  );
}
