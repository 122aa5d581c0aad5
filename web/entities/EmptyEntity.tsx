import { useState } from "react";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Ask } from "../parts/Ask.tsx";

interface Props {
  readonly name: string;
  readonly company: string | undefined;
  readonly count: number;
  readonly close: () => void;
}

/** Asks before all records go. The number that one was shown is sent along: where others came since, nothing is removed. */
export function EmptyEntity({ name, company, count, close }: Props) {
  const api = useApi();
  const [asked] = useState(count);
  const empty = useChange(async () =>
    read(
      await api.DELETE("/manage/api/entities/{name}/records", {
        params: { path: { name }, query: { count: asked, ...(company !== undefined && { company }) } },
      }),
    ),
  );
  return (
    <Ask
      title={`Delete all records of ${name}?`}
      action="Delete"
      typed={name}
      act={() => empty.mutateAsync(undefined)}
      close={close}
    >
      {asked} {asked === 1 ? "record" : "records"}
      {company !== undefined && ` of company ${company}`} will be gone, and nothing brings them back. Where there are
      more by then, nothing is deleted.
    </Ask>
  );
}
