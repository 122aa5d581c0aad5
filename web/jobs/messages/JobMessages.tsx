import { Button } from "@fluentui/react-components";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { SelectedActs } from "../../parts/acts/SelectedActs.tsx";
import { Answered } from "../../parts/Answered.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { Freshness } from "../../parts/Freshness.tsx";
import { useMe } from "../../parts/Me.tsx";
import { useSelection } from "../../parts/useSelection.tsx";
import { type Message, messageColumns } from "../../parts/message/messageColumns.tsx";
import { MessageFilters, type Show, showOf } from "./MessageFilters.tsx";
import { NoMessages } from "./NoMessages.tsx";

interface Props {
  readonly activityId: string;
  readonly job: Pick<Schemas["Job"], "direction">;
}

const pageItems = 200;
const keyOf = ({ id }: Message): string => id;
const nameOf = ({ id }: Message): string => `message ${id}`;

/** Manage messages: opens on what waits, the one that is next first. */
export function JobMessages({ activityId, job: { direction } }: Props) {
  const [search] = useSearchParams();
  const { mayManage } = useMe();
  const show = showOf(search);
  const { query, items, more, hasMore } = useMessages(activityId, show);
  const sought = (search.get("q") ?? "").trim().toLowerCase();
  const rows = useMemo(() => {
    const found = items.filter((message) => isSought(message, sought));
    return show.name === "waiting" ? found.toSorted(byAge) : found;
  }, [items, sought, show.name]);
  const { selected, column, clear } = useSelection(rows, keyOf, nameOf);
  // A page that is not full was looked for far back; whoever wants more of that asks for it.
  const isFull = query.data?.pages.at(-1)?.items.length === pageItems;
  const waitingAt = show.name === "waiting" ? query.dataUpdatedAt : undefined;
  const columns = useMemo(() => {
    const shown = messageColumns(direction, waitingAt);
    return mayManage ? [column, ...shown] : shown;
  }, [direction, waitingAt, mayManage, column]);
  return (
    <>
      <MessageFilters direction={direction} />
      <Answered query={query} what="the messages">
        {() => (
          <>
            <div className="row list-head">
              <Freshness of={query} />
              <SelectedActs messages={selected} after={clear} />
            </div>
            <DataTable
              label="Messages"
              columns={columns}
              rows={rows}
              keyOf={keyOf}
              more={isFull ? more : undefined}
              empty={<NoMessages direction={direction} isFiltered={sought !== ""} more={hasMore ? more : undefined} />}
            />
            {hasMore && !isFull && rows.length > 0 && (
              <p>
                Older messages were not looked at. <Button onClick={more}>Look further back</Button>
              </p>
            )}
          </>
        )}
      </Answered>
    </>
  );
}

function useMessages(activityId: string, { state }: Show) {
  const api = useApi();
  return usePages(["jobs", activityId, "messages", state], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/jobs/{activityId}/messages", {
        params: {
          path: { activityId },
          query: {
            limit: pageItems,
            ...(state !== undefined && { state }),
            ...(continuation !== undefined && { continuation }),
          },
        },
        signal,
      }),
    ),
  );
}

function isSought({ id, externalIdentifier = "" }: Message, sought: string): boolean {
  return id.startsWith(sought) || externalIdentifier.toLowerCase().includes(sought);
}

/** As the queue has them: who came first is next. */
function byAge(one: Message, other: Message): number {
  return one.enqueuedAt < other.enqueuedAt ? -1 : 1;
}
