import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { StateBadge, stateText } from "../parts/StateBadge.tsx";
import { Time } from "../parts/Time.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";

/** A message: its life, its file and what became of its records. */
export function Component() {
  const { id = "" } = useParams();
  const api = useApi();
  const message = useQuery({
    queryKey: ["messages", id],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/messages/{id}", { params: { path: { id } }, signal })),
  });
  return (
    <main className="view">
      <Answered query={message} what="the message" title="Message">
        {(value) => (
          <>
            <ViewHead
              title={`Message ${value.id}`}
              crumbs={[{ to: "/?tab=jobs", text: "Recurring data jobs" }]}
              facts={
                <>
                  <StateBadge message={value} />
                  <CopyText text={value.id} what="the message id" />
                  <Freshness of={message} />
                </>
              }
            />
            <ol className="panel">
              {value.history.map(({ state, at, note }) => (
                <li key={`${state} ${at}`}>
                  {stateText(state)} <Time at={at} /> {note}
                </li>
              ))}
            </ol>
          </>
        )}
      </Answered>
    </main>
  );
}
