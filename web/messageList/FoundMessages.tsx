import { Answered } from "../parts/Answered.tsx";
import { Empty } from "../parts/Empty.tsx";
import { columnsOfAllJobs } from "../parts/message/messageColumns.tsx";
import { Grid } from "./Grid.tsx";
import { useFound } from "./useAllMessages.ts";

const columns = columnsOfAllJobs(undefined);

/** What a search through all jobs found. */
export function FoundMessages({ text }: { readonly text: string }) {
  const query = useFound(text);
  return (
    <Answered query={query} what="the messages">
      {({ items, isAtLeast }) => (
        <>
          <Grid
            query={query}
            columns={columns}
            items={items}
            empty={
              <Empty title="No message is called so">
                An id or a file name begins with what you type; what is past its retention is gone.
              </Empty>
            }
          />
          {isAtLeast && <p role="status">There are more than these. Type more of the id or the file name.</p>}
        </>
      )}
    </Answered>
  );
}
