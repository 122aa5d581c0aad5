import { useMemo } from "react";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { countText } from "../parts/figures.ts";
import { LongText } from "../parts/LongText.tsx";

type RunError = Schemas["RunError"] & { readonly key: string };

const pageErrors = 200;
const columns: readonly Column<RunError>[] = [
  { name: "Entity", width: "minmax(6rem, 1fr)", cell: ({ entity }) => <bdi>{entity}</bdi> },
  {
    name: "Line",
    width: "minmax(4rem, 8rem)",
    isNumber: true,
    cell: ({ line, place }) => place ?? (line === undefined ? "" : countText(line)),
  },
  { name: "Field", width: "minmax(8rem, 1fr)", cell: ({ field }) => <code>{field}</code> },
  { name: "Code", width: "7rem", cell: ({ code }) => code },
  {
    name: "What is wrong",
    width: "minmax(15rem, 3fr)",
    cell: ({ message }) => <LongText text={message} what="What is wrong" />,
  },
];

const keyOf = ({ key }: RunError): string => key;

/** Everything that went wrong in a run: what ended it or one of its files first, then all of each rejected row. */
export function Errors({ executionId }: { readonly executionId: string }) {
  const api = useApi();
  const { query, items, more, hasMore } = usePages(
    ["executions", executionId, "errors"],
    async (continuation, signal) => {
      const asked = { limit: pageErrors, ...(continuation !== undefined && { continuation }) };
      const params = { path: { id: executionId }, query: asked };
      return read(await api.GET("/manage/api/executions/{id}/errors", { params, signal }));
    },
  );
  // Several errors may be in one row, so that only their places tell them apart.
  const rows = useMemo(() => items.map((error, index) => ({ ...error, key: String(index) })), [items]);
  return (
    <Answered query={query} what="the errors">
      {() => (
        <DataTable
          label="Errors of the execution"
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          more={more}
          hasMore={hasMore}
          empty={<Empty title="Nothing went wrong">What ends a run, and each rejected row, would be here.</Empty>}
        />
      )}
    </Answered>
  );
}
