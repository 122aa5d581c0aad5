import { useSearchParams } from "react-router";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../../parts/Answered.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Freshness } from "../../parts/Freshness.tsx";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { Time } from "../../parts/Time.tsx";
import { ChangesOf } from "./ChangesOf.tsx";

type Entry = Schemas["AuditEntry"];

const actions: Readonly<Record<Entry["action"], string>> = {
  save: "Saved",
  delete: "Deleted",
  empty: "Emptied",
  run: "Run by hand",
  retry: "Retried",
  release: "Released",
  redeliver: "Offered again",
  discard: "Discarded",
  edit: "Edited staged rows",
  mend: "Mended",
  refuse: "Refused to a client",
};

/** As the trail says of a save which version it made. */
const versionText = /^version (\d+)$/;

function Detail({ action, kind, detail }: Entry) {
  const [, version] = kind === "job" && action === "save" ? (versionText.exec(detail) ?? []) : [];
  return version === undefined ? (
    <span className="prose">{detail}</span>
  ) : (
    <PageLink to={`?tab=history&version=${version}`}>{detail}</PageLink>
  );
}

const columns: readonly Column<Entry>[] = [
  { name: "When", width: "12rem", cell: ({ at }) => <Time at={at} /> },
  {
    name: "Who",
    width: "minmax(14rem, 1fr)",
    cell: ({ person, applicationId }) => (
      <span title={`By the application ${applicationId}`}>
        {person ? <bdi>{person.name}</bdi> : <code>{applicationId}</code>}
      </span>
    ),
  },
  { name: "What", width: "11rem", cell: ({ action }) => actions[action] },
  {
    name: "Message",
    width: "22rem",
    cell: ({ kind, target }) =>
      kind === "message" && (
        <PageLink to={viewOf("messages", target)}>
          <code>{target}</code>
        </PageLink>
      ),
  },
  {
    name: "Detail",
    width: "minmax(14rem, 2fr)",
    cell: (entry) => <Detail {...entry} />,
  },
];

/** Who did what to the job and to its messages. */
export function History({ activityId }: { readonly activityId: string }) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const version = Number(search.get("version"));
  const { query, items, more } = usePages(["audit", "job", activityId], async (continuation, signal) =>
    read(
      await api.GET("/manage/api/audit", {
        params: {
          query: {
            kind: "job",
            target: activityId,
            limit: 200,
            ...(continuation !== undefined && { continuation }),
          },
        },
        signal,
      }),
    ),
  );
  return (
    <Answered query={query} what="the history of changes">
      {() => (
        <>
          {version > 0 && (
            <ChangesOf activityId={activityId} version={version} close={() => setSearch({ tab: "history" })} />
          )}
          <Freshness of={query} />
          <DataTable
            label="History of changes"
            columns={columns}
            rows={items}
            keyOf={({ at, action, kind, target }) => `${at} ${action} ${kind} ${target}`}
            more={more}
            empty={<Empty title="Nothing was changed">Each save, run, retry and release is kept here.</Empty>}
          />
        </>
      )}
    </Answered>
  );
}
