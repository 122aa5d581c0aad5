import { Badge, Button } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { countText } from "../parts/figures.ts";
import { Freshness } from "../parts/Freshness.tsx";
import { LongText } from "../parts/LongText.tsx";
import { useMe } from "../parts/Me.tsx";
import { StagedRowEditor } from "./StagedRowEditor.tsx";

type StagedRow = Schemas["StagedRow"];
export type StagedState = StagedRow["state"];

interface Props {
  readonly executionId: string;
  readonly entity: string;
  readonly state: StagedState | undefined;
}

const cellCharactersMax = 80;

/** Rows in staging under the columns of their file; one that is wrong says why, and can be changed. */
export function StagedRows({ executionId: id, entity, state }: Props) {
  const api = useApi();
  const { mayManage } = useMe();
  const [search, setSearch] = useSearchParams();
  const { query, items, more, hasMore } = usePages(["staging", id, entity, state], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/executions/{id}/staging/{entity}", {
        params: {
          path: { id, entity },
          query: { limit: 200, ...(continuation !== undefined && { continuation }), ...(state && { state }) },
        },
        signal,
      }),
    ),
  );
  const openRow = (line: number | undefined): void =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (line === undefined) next.delete("row");
      else next.set("row", String(line));
      return next;
    });
  const columns = columnsOf(items);
  const opened = Number(search.get("row") ?? 0);
  return (
    <Answered query={query} what="the rows in staging">
      {() => (
        <>
          <Freshness of={query} />
          <DataTable
            label={`Rows of ${entity} in staging`}
            columns={toColumns(columns, mayManage ? openRow : undefined)}
            rows={items}
            keyOf={({ line }) => String(line)}
            more={more}
            hasMore={hasMore}
            empty={
              <Empty title={state === undefined ? "No row is in staging" : "No row is in this state"}>
                Rows stay here as long as their run, where the line of the project does not skip staging.
              </Empty>
            }
          />
          {mayManage && opened > 0 && (
            <StagedRowEditor
              key={opened}
              place={{ id, entity, line: String(opened) }}
              columns={columns}
              close={() => openRow(undefined)}
            />
          )}
        </>
      )}
    </Answered>
  );
}

/** Those that any row has a cell of, in the order of the file. */
function columnsOf(rows: readonly StagedRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
}

function toColumns(names: readonly string[], open: ((line: number) => void) | undefined): readonly Column<StagedRow>[] {
  const change: Column<StagedRow> = {
    name: "Change",
    width: "7rem",
    cell: ({ line }) => (
      <Button size="small" aria-label={`Change the row of line ${line}`} onClick={() => open?.(line)}>
        Change
      </Button>
    ),
  };
  return [
    { name: "Line", width: "5rem", isNumber: true, cell: ({ line }) => countText(line) },
    { name: "State", width: "7rem", cell: (row) => <State row={row} /> },
    { name: "Reason", width: "minmax(18rem, 2fr)", cell: (row) => <Reason row={row} /> },
    ...(open ? [change] : []),
    ...names.map((name) => ({
      name,
      width: "minmax(9rem, 1fr)",
      cell: ({ values }: StagedRow) => (
        <LongText text={values[name] ?? ""} what={name} charactersMax={cellCharactersMax} />
      ),
    })),
  ];
}

const stateLooks = { error: "danger", staged: "brand", copied: "success" } as const;
const stateTexts = { error: "Error", staged: "Staged", copied: "Copied" } as const;

function State({ row: { state } }: { readonly row: StagedRow }) {
  return (
    <Badge appearance="tint" color={stateLooks[state]}>
      {stateTexts[state]}
    </Badge>
  );
}

function Reason({ row: { code, reason, raw } }: { readonly row: StagedRow }) {
  if (reason === "") return null;
  return (
    <span>
      <span className="faint">{code}</span> <LongText text={reason} what="Reason" />
      {raw !== undefined && (
        <div>
          <LongText text={raw} what="Text of the row" charactersMax={cellCharactersMax} />
        </div>
      )}
    </span>
  );
}
