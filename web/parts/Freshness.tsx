import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { durationText } from "./Time.tsx";

type Live = Pick<UseQueryResult, "dataUpdatedAt" | "error" | "isFetching">;

const tickMs = 1_000;

/** How old the data of a view is, and that it could not be asked for anew. */
export function Freshness({ of: { dataUpdatedAt, error } }: { readonly of: Live }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  if (dataUpdatedAt === 0) return null;
  const age = durationText(Math.max(0, now - dataUpdatedAt));
  return (
    <span className={error ? "freshness stale" : "freshness"} title={new Date(dataUpdatedAt).toISOString()}>
      {error ? `Not reached; as of ${age} ago` : `As of ${age} ago`}
    </span>
  );
}
