import { Spinner } from "@fluentui/react-components";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "./Failure.tsx";
import { ViewHead } from "./ViewHead.tsx";

interface Props<T> {
  readonly query: UseQueryResult<T>;
  /** What is being read: "the messages". */
  readonly what: string;
  /** The heading of the view until the answer gives it one; absent for a part of a view. */
  readonly title?: string;
  readonly children: (data: T) => ReactNode;
}

/** What was asked for once it is there, and why it is not until then; an old answer stays while a new one fails. */
export function Answered<T>({ query, what, title, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  return (
    <>
      {title !== undefined && <ViewHead title={title} />}
      {query.error ? (
        <Failure error={query.error} what={`No answer for ${what}`} retry={() => void query.refetch()} />
      ) : (
        <Spinner className="starting" label={`Reading ${what} …`} />
      )}
    </>
  );
}
