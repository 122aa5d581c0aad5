import { Button } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import type { Definition } from "../api/definitions.ts";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { EmptyEntity } from "./EmptyEntity.tsx";

interface Props {
  readonly entity: Definition<"entities">;
  readonly company: string | undefined;
  /** The values of the key that one looks for. */
  readonly sought: readonly string[] | undefined;
  readonly columns: readonly string[];
}

/** Records in the order of their key, as far as one scrolls. */
export function RecordTable({ entity, company, sought, columns }: Props) {
  const api = useApi();
  const { name } = entity;
  const ofCompany = company !== undefined && { company };
  const { query, items, more } = usePages(
    ["entities", name, "records", company, sought],
    async (continuation, signal) =>
      read(
        await api.GET("/manage/api/entities/{name}/records", {
          params: {
            path: { name },
            query: {
              ...ofCompany,
              ...(sought ? { key: [...sought] } : { limit: 200, ...(continuation !== undefined && { continuation }) }),
            },
          },
          signal,
        }),
      ),
  );
  const shown: readonly Column<Schemas["EntityRecord"]>[] = columns.map((field) => ({
    name: field,
    width: "minmax(9rem, 1fr)",
    cell: (record) => <bdi>{valueText(record[field])}</bdi>,
  }));
  const keys = entity.fields.filter(({ isKey }) => isKey).map(({ name: field }) => field);
  return (
    <Answered query={query} what="the records">
      {() => (
        <>
          <Count entity={entity} company={company} />
          <DataTable
            label={`Records of ${name}`}
            columns={shown}
            rows={items}
            keyOf={(record) => JSON.stringify(keys.map((key) => record[key]))}
            more={more}
            empty={
              sought ? (
                <Empty title="No record has this key">All key fields count, in any case.</Empty>
              ) : (
                <Empty title="There is no record yet">A job’s messages bring them, or an import of its project.</Empty>
              )
            }
          />
        </>
      )}
    </Answered>
  );
}

function valueText(value: Schemas["EntityRecord"][string] | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "boolean" ? (value ? "Yes" : "No") : String(value);
}

/** How many there are; and none, for who wants to begin again. */
function Count({ entity: { name }, company }: Pick<Props, "entity" | "company">) {
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const { data } = useQuery({
    queryKey: ["entities", name, "count", company],
    queryFn: async ({ signal }) =>
      read(
        await api.GET("/manage/api/entities/{name}/records/count", {
          params: { path: { name }, query: { ...(company !== undefined && { company }) } },
          signal,
        }),
      ),
  });
  if (!data) return null;
  return (
    <div className="row record-count">
      <span role="status">
        {data.count} {data.count === 1 ? "record" : "records"}
        {company !== undefined && ` of ${company}`}
      </span>
      {data.count > 0 && (
        <ForManagers>
          <Button size="small" onClick={() => setAsking(true)}>
            Delete all records
          </Button>
        </ForManagers>
      )}
      {isAsking && <EmptyEntity name={name} company={company} count={data.count} close={() => setAsking(false)} />}
    </div>
  );
}
