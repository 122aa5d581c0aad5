import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { CopyButton } from "../parts/CopyText.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { StateBadge } from "../parts/StateBadge.tsx";
import { Time } from "../parts/Time.tsx";

type Message = Schemas["Message"];

/** A column more or less in the grid of messages is one entry here. */
const columns: readonly Column<Message>[] = [
  {
    name: "Message ID",
    width: "22rem",
    cell: ({ id }) => (
      <span className="copy">
        <PageLink to={viewOf("messages", id)}>
          <code>{id}</code>
        </PageLink>
        <CopyButton text={id} what="the message id" />
      </span>
    ),
  },
  { name: "State", width: "14rem", cell: (message) => <StateBadge message={message} /> },
  {
    name: "External id",
    width: "minmax(10rem, 1fr)",
    cell: ({ externalIdentifier = "" }) => <bdi>{externalIdentifier}</bdi>,
  },
  { name: "Company", width: "6rem", cell: ({ company = "" }) => company },
  { name: "Entity", width: "minmax(8rem, 1fr)", cell: ({ entity = "" }) => entity },
  { name: "Created", width: "12rem", cell: ({ enqueuedAt }) => <Time at={enqueuedAt} /> },
  { name: "Changed", width: "12rem", cell: ({ changedAt }) => <Time at={changedAt} /> },
  { name: "Total records exported", width: "8rem", isNumber: true, cell: ({ totalRecords = "" }) => totalRecords },
  { name: "Attempts", width: "6rem", isNumber: true, cell: ({ attempts }) => attempts },
];

/** Manage messages: what came in for a job, or went out. */
export function JobMessages({ activityId }: { readonly activityId: string }) {
  const api = useApi();
  const { query, items, more } = usePages(["jobs", activityId, "messages"], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/jobs/{activityId}/messages", {
        params: { path: { activityId }, query: { limit: 200, ...(continuation !== undefined && { continuation }) } },
        signal,
      }),
    ),
  );
  return (
    <Answered query={query} what="the messages">
      {() => (
        <DataTable
          label="Messages"
          columns={columns}
          rows={items}
          keyOf={({ id }) => id}
          more={more}
          empty={<Empty title="No message yet">A client enqueues a file, or the next export makes one.</Empty>}
        />
      )}
    </Answered>
  );
}
