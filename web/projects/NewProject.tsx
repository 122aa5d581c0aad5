import { Button, Field, Input, Radio, RadioGroup, Textarea } from "@fluentui/react-components";
import { useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { type Api, readVersioned } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Empty } from "../parts/Empty.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useMe } from "../parts/Me.tsx";
import { viewOf } from "../parts/PageLink.tsx";
import { Unsaved } from "../parts/Unsaved.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { ExportLineForm, useExportLine } from "./ExportLine.tsx";
import { FileForm } from "../parts/file/FileForm.tsx";
import { FromManifest } from "./manifest/FromManifest.tsx";
import { addFile, addLine, useFileLine } from "../parts/file/useFileLine.ts";

type Direction = "import" | "export";
/** By hand in either direction, or from what another environment exported. */
type Way = Direction | "manifest";

const searches: Readonly<Record<Way, Record<string, string>>> = {
  import: { direction: "import" },
  export: { direction: "export" },
  manifest: { direction: "import", from: "manifest" },
};

function wayOf(search: URLSearchParams): Way {
  if (search.get("direction") === "export") return "export";
  return search.get("from") === "manifest" ? "manifest" : "import";
}

/** Import or Export: a data project with its first entity, or with all that a manifest names. */
export function NewProject() {
  const [search, setSearch] = useSearchParams();
  const way = wayOf(search);
  const turn = (next: Way): void => setSearch(searches[next], { replace: true });
  const { mayManage } = useMe();
  return (
    <main className="view">
      <ViewHead
        title={way === "export" ? "New export project" : "New import project"}
        crumbs={[{ to: "/?tab=projects", text: "Data projects" }]}
      />
      {!mayManage && <Empty title="You may only read">Whoever manages this service creates data projects.</Empty>}
      {mayManage && way === "manifest" && (
        <section className="panel form-parts" aria-label="From a package or its manifest">
          <WayChoice way={way} turn={turn} />
          <FromManifest />
        </section>
      )}
      {mayManage && way !== "manifest" && <NewProjectForm direction={way} turn={turn} />}
    </main>
  );
}

interface WayProps {
  readonly way: Way;
  readonly isDisabled?: boolean;
  readonly turn: (way: Way) => void;
}

function WayChoice({ way, isDisabled = false, turn }: WayProps) {
  return (
    <Field label="What it does">
      <RadioGroup
        layout="horizontal"
        value={way}
        disabled={isDisabled}
        onChange={(_, { value }) => turn(value === "export" || value === "manifest" ? value : "import")}
      >
        <Radio value="import" label="Import" />
        <Radio value="manifest" label="Import, from a package or its manifest" />
        <Radio value="export" label="Export" />
      </RadioGroup>
    </Field>
  );
}

interface FormProps {
  readonly direction: Direction;
  readonly turn: (way: Way) => void;
}

function NewProjectForm({ direction, turn }: FormProps) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const fileLine = useFileLine();
  const exportLine = useExportLine();
  const { create, isUnsaved, error, isPending, created } = useCreate(async (api) => {
    if (direction === "export" && exportLine.line) await addLine(api, name.trim(), exportLine.line);
    if (direction === "import" && fileLine.isReady) await addFile(api, name.trim(), fileLine);
  });
  const isHalf = direction === "import" && fileLine.choice.file !== undefined && !fileLine.isReady;
  return (
    <form
      className="form panel project-form"
      noValidate
      aria-label="The data project"
      onSubmit={(event) => {
        event.preventDefault();
        create({ name: name.trim(), description, direction });
      }}
    >
      <Unsaved isUnsaved={() => isUnsaved(name !== "" || description !== "" || fileLine.choice.file !== undefined)} />
      <WayChoice way={direction} isDisabled={created} turn={turn} />
      <Field label="Name" required>
        <Input value={name} maxLength={60} disabled={created} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label="Description">
        <Textarea value={description} maxLength={1000} onChange={(_, { value }) => setDescription(value)} />
      </Field>
      <h2>First entity</h2>
      {direction === "import" ? <FileForm of={fileLine} isBusy={isPending} /> : <ExportLineForm of={exportLine} />}
      {error !== null && (
        <Failure error={error} what={created ? "The project is created, its entity is not" : "No project is created"} />
      )}
      <div className="row part-end">
        <Button type="submit" appearance="primary" disabled={isPending || name.trim() === "" || isHalf}>
          {isPending ? "Creating …" : created ? "Try again" : "Create"}
        </Button>
        <span className="faint">More entities can be added later.</span>
      </div>
    </form>
  );
}

interface NewFacts {
  readonly name: string;
  readonly description: string;
  readonly direction: Direction;
}

/** Creates the project once, then what belongs into it: an attempt that ended half way goes on there. */
function useCreate(fill: (api: Api) => Promise<void>) {
  const api = useApi();
  const navigate = useNavigate();
  const [created, setCreated] = useState(false);
  const isDone = useRef(false);
  const { mutate, error, isPending } = useChange(async (facts: NewFacts) => {
    if (!created) {
      const params = { path: { name: facts.name } };
      const outcome = await api.PUT("/manage/api/projects/{name}", { params, body: { ...facts, lines: [] } });
      if (outcome.response.status === 428) throw new Error(`There is a data project "${facts.name}" already.`);
      readVersioned(outcome);
      setCreated(true);
    }
    await fill(api);
    isDone.current = true;
    await navigate(viewOf("projects", facts.name));
  });
  return { create: mutate, error, isPending, created, isUnsaved: (isTyped: boolean) => isTyped && !isDone.current };
}
