import { Field, Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import type { Schemas } from "../api/api.ts";
import { Empty } from "../parts/Empty.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { NamePicker } from "../parts/NamePicker.tsx";
import { isSameName } from "../parts/project.ts";
import { useEntities, useFormats } from "../parts/useNames.ts";

/** An entity on its way into an export, which has some already. */
export function useExportLine(taken: readonly string[] = []) {
  const [entity, setEntity] = useState("");
  const [format, setFormat] = useState("CSV");
  const [refreshType, setRefreshType] = useState<"full" | "incremental">("full");
  const { data: all } = useEntities();
  const entities = all?.filter(({ name }) => !taken.some((each) => isSameName(each, name)));
  const { data: formats } = useFormats();
  const isTracked = entities?.find(({ name }) => name === entity)?.isChangeTracked === true;
  const line: Schemas["EntityLineRequest"] | undefined =
    entity === "" || format === "" ? undefined : { entity, format, refreshType: isTracked ? refreshType : "full" };
  return {
    entity,
    setEntity,
    format,
    setFormat,
    refreshType,
    setRefreshType,
    isTracked,
    entities,
    taken,
    formats,
    line,
  };
}

/** Which entity an export writes, and how. */
export function ExportLineForm({ of }: { readonly of: ReturnType<typeof useExportLine> }) {
  const { entity, setEntity, format, setFormat, refreshType, setRefreshType, isTracked, entities, taken, formats } = of;
  if (entities?.length === 0 && taken.length > 0) {
    return <Empty title="Every data entity is in the project">Another one is made under Entities first.</Empty>;
  }
  if (entities?.length === 0) {
    return (
      <Empty title="There is no data entity yet">
        An export writes records of an entity: make one under <PageLink to="/entities">Entities</PageLink>, or import a
        file first.
      </Empty>
    );
  }
  return (
    <div className="form-parts">
      <NamePicker label="Entity" names={entities?.map(({ name }) => name) ?? []} name={entity} choose={setEntity} />
      <NamePicker
        label="Target data format"
        names={formats?.map(({ name }) => name) ?? []}
        name={format}
        choose={setFormat}
      />
      <Field
        label="Default refresh type"
        {...(!isTracked && { hint: "Only an entity that tracks changes is pushed incrementally." })}
      >
        <RadioGroup
          layout="horizontal"
          value={isTracked ? refreshType : "full"}
          onChange={(_, { value }) => setRefreshType(value === "incremental" ? "incremental" : "full")}
        >
          <Radio value="full" label="Full push only" />
          <Radio value="incremental" label="Incremental push only" disabled={!isTracked} />
        </RadioGroup>
      </Field>
    </div>
  );
}
