import { Field, MessageBar, MessageBarBody, Select } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { useMe } from "../parts/Me.tsx";
import { ResultFiles } from "../parts/ResultFiles.tsx";
import { Unsaved } from "../parts/Unsaved.tsx";
import { mendColumns } from "./mendColumns.tsx";
import { PushMended } from "./PushMended.tsx";
import { useMend } from "./useMend.ts";

type Execution = Schemas["Execution"];

/** The rows that the last run of a message rejected, by entity. */
export function Rejected({ execution }: { readonly execution: Execution }) {
  const [search, setSearch] = useSearchParams();
  const entities = execution.entities.filter(({ links }) => links["rejected"] !== undefined);
  const entity = entities.find((each) => each.entity === search.get("entity")) ?? entities[0];
  if (!entity) return null;
  return (
    <>
      <div className="filters">
        {entities.length > 1 && (
          <Field label="Entity">
            <Select value={entity.entity} onChange={(_, { value }) => setSearch({ tab: "rejected", entity: value })}>
              {entities.map((each) => (
                <option key={each.entity}>{each.entity}</option>
              ))}
            </Select>
          </Field>
        )}
        <ResultFiles executionId={execution.id} entity={entity} />
      </div>
      <MendGrid
        key={`${execution.id} ${entity.entity}`}
        messageId={execution.messageId}
        executionId={execution.id}
        entity={entity.entity}
      />
    </>
  );
}

interface GridProps {
  readonly messageId: string;
  readonly executionId: string;
  readonly entity: string;
}

/** Rejected rows under the columns of their file, with the reason at the cell; changed in place, and pushed again. */
function MendGrid({ messageId, executionId: id, entity }: GridProps) {
  const api = useApi();
  const { mayManage } = useMe();
  const mend = useMend();
  const { query, items, more } = usePages(["rejected", id, entity], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/executions/{id}/rejected/{entity}", {
        params: { path: { id, entity }, query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  const first = query.data?.pages[0];
  const mayMend = mayManage && first?.whyNot === undefined;
  return (
    <Answered query={query} what="the rejected rows">
      {() => (
        <>
          <div className="row">
            <Freshness of={query} />
            {mayMend && <PushMended messageId={messageId} executionId={id} entity={entity} mend={mend} rows={items} />}
          </div>
          {mayManage && first?.whyNot !== undefined && (
            <MessageBar intent="info" layout="multiline" className="failure">
              <MessageBarBody>{first.whyNot}</MessageBarBody>
            </MessageBar>
          )}
          <DataTable
            label={`Rejected rows of ${entity}`}
            columns={mendColumns(first?.columns ?? [], mayMend ? mend : undefined)}
            rows={items}
            keyOf={({ line }) => String(line)}
            more={more}
            empty={<Empty title="No row was rejected">Rows that a run refuses stand here with their reasons.</Empty>}
          />
          <Unsaved isUnsaved={() => mend.isChanged} />
        </>
      )}
    </Answered>
  );
}
