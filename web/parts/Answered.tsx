import { Spinner } from "@fluentui/react-components";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "./Failure.tsx";

interface Props<T> {
  readonly query: UseQueryResult<T>;
  /** What is being read: "the messages". */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** What was asked for once it is there, and why it is not until then; an old answer stays while a new one fails. */
export function Answered<T>({ query, what, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return <Failure error={query.error} what={`No answer for ${what}`} retry={() => void query.refetch()} />;
  return <Spinner className="starting" label={`Reading ${what} …`} />;
}
