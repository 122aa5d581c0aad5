import { type Recurrence, usePreview } from "./usePreview.ts";

/** A recurrence as a sentence. */
export function RecurrenceWords({ recurrence }: { readonly recurrence: Recurrence }) {
  const { data } = usePreview(recurrence);
  return <>{data?.words ?? data?.problems[0]?.message ?? "…"}</>;
}
