import { useMemo } from "react";
import { Answered } from "../parts/Answered.tsx";
import { Empty } from "../parts/Empty.tsx";
import { columnsOfAllJobs } from "../parts/message/messageColumns.tsx";
import { Grid } from "./Grid.tsx";
import { isOpen, type Standing, standings } from "./standings.ts";
import { useStanding } from "./useAllMessages.ts";

interface Props {
  readonly standing: Standing;
  readonly span: { readonly from?: string; readonly to?: string };
}

/** What is open has the one on top that stands so the longest; what ended, the last. */
export function StandingMessages({ standing, span }: Props) {
  const { query, items, more, hasMore } = useStanding(standing, span);
  const openAt = isOpen(standing) ? query.dataUpdatedAt : undefined;
  const columns = useMemo(() => columnsOfAllJobs(openAt), [openAt]);
  const [, , title = "", text] = standings.find(([name]) => name === standing) ?? [];
  return (
    <Answered query={query} what="the messages">
      {({ pages }) => (
        <>
          <Grid
            query={query}
            columns={columns}
            items={items}
            more={more}
            hasMore={hasMore}
            empty={<Empty title={title}>{text}</Empty>}
          />
          {pages.some(({ isAtLeast }) => isAtLeast) && (
            <p role="status">There are more than these: of each job the first thousand are here, and all in the job.</p>
          )}
        </>
      )}
    </Answered>
  );
}
