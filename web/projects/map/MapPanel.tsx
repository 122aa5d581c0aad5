import { Button, MessageBar, MessageBarBody, Switch } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import { useMe } from "../../parts/Me.tsx";
import { CheckMessages } from "../line/CheckMessages.tsx";
import type { PanelProps } from "../line/panelProps.ts";
import { useLineCheck } from "../line/useLineCheck.ts";
import { usePreview } from "../line/usePreview.ts";
import { PartForm } from "../PartForm.tsx";
import { isSameName } from "../../parts/project.ts";
import { usePart } from "../usePart.ts";
import { mapByName, shownMap } from "./mapLines.ts";
import { mapPart } from "./mapPart.ts";
import { MapPicture } from "./MapPicture.tsx";
import { MapTable } from "./MapTable.tsx";

/** View map: which column feeds which field, as a picture and in detail. */
export function MapPanel(props: PanelProps) {
  const { stored, line, entity } = props;
  const { direction } = stored.value;
  const { mayManage } = useMe();
  const [search, setSearch] = useSearchParams();
  const part = mapPart(line.entity);
  const editing = usePart(stored, part, line.fieldMap ?? []);
  const { part: map, change, draft } = editing;
  const preview = usePreview(props, { limit: 1 });
  const check = useLineCheck(draft, line.entity);
  const fromSample = preview.data?.columns ?? [];
  const isExport = direction === "export";
  const mapped =
    isExport && map.length === 0
      ? fieldNames(entity)
      : map.flatMap(({ column, field }) => column ?? (isExport ? field : []));
  const columns = [...fromSample, ...mapped.filter((each) => !fromSample.some((known) => isSameName(known, each)))];
  const shown = shownMap(map, entity, columns, direction);
  const isDetail = search.get("view") === "details";
  const generated = (): void =>
    change(fromSample.length > 0 ? mapByName(entity, fromSample) : shownMap([], entity, fieldNames(entity), direction));
  const view = { entity, direction, map: shown, columns, check, ...(mayManage && { change }) };
  return (
    <div className="panel">
      <PartForm
        editing={editing}
        part={part}
        actions={
          <>
            <Button onClick={generated}>Generate source mapping</Button>
            <Button disabled={map.length === 0} onClick={() => change([])}>
              Reset
            </Button>
          </>
        }
      >
        <Switch
          label="Details"
          checked={isDetail}
          onChange={(_, { checked }) => setSearch(checked ? { view: "details" } : {}, { replace: true })}
        />
        {map.length === 0 && <ByName direction={direction} hasSample={line.sample !== undefined} />}
        <CheckMessages check={check} isShown={(path) => isDetail && path.startsWith("fieldMap[")} />
        {isDetail ? <MapTable {...view} /> : <MapPicture {...view} />}
      </PartForm>
    </div>
  );
}

function fieldNames({ fields }: PanelProps["entity"]): readonly string[] {
  return fields.map(({ name }) => name);
}

function ByName({ direction, hasSample }: { readonly direction: "import" | "export"; readonly hasSample: boolean }) {
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>
        {direction === "import"
          ? "There is no map: columns and fields are matched by their names."
          : "There is no map: every field is written into a column of its name."}
        {direction === "import" && !hasSample && " Add a sample, and its columns are shown here."}
      </MessageBarBody>
    </MessageBar>
  );
}
