import { useSearchParams } from "react-router";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../Answered.tsx";
import { ChangesPanel } from "../ChangesPanel.tsx";
import { type Column, DataTable } from "../DataTable.tsx";
import { Empty } from "../Empty.tsx";
import { Freshness } from "../Freshness.tsx";
import { PageLink, viewOf } from "../PageLink.tsx";
import { Time } from "../Time.tsx";

type Entry = Schemas["AuditEntry"];

const actions: Readonly<Record<Entry["action"], string>> = {
  save: "Saved",
  delete: "Deleted",
  empty: "Emptied",
  run: "Run by hand",
  retry: "Retried",
  release: "Released",
  redeliver: "Offered again",
  restore: "Restored",
  discard: "Discarded",
  cancel: "Canceled",
  edit: "Edited",
  mend: "Mended",
  refuse: "Refused to a client",
  rotate: "Got another secret",
  test: "Tested",
  resend: "Sent again",
};

/** As the trail says of a save which version it made. */
const versionText = /^version (\d+)$/;

const when: Column<Entry> = { name: "When", width: "12rem", cell: ({ at }) => <Time at={at} /> };
const who: Column<Entry> = {
  name: "Who",
  width: "minmax(14rem, 1fr)",
  cell: ({ person, applicationId }) => (
    <span title={`By the application ${applicationId}`}>
      {person ? <bdi>{person.name}</bdi> : <code>{applicationId}</code>}
    </span>
  ),
};
const what: Column<Entry> = { name: "What", width: "11rem", cell: ({ action }) => actions[action] };
const message: Column<Entry> = {
  name: "Message",
  width: "22rem",
  cell: ({ kind, target }) =>
    kind === "message" && (
      <PageLink to={viewOf("messages", target)}>
        <code>{target}</code>
      </PageLink>
    ),
};
const detail: Column<Entry> = {
  name: "Detail",
  width: "minmax(14rem, 2fr)",
  cell: ({ detail: text }) => <span className="prose">{text}</span>,
};
const versioned: Column<Entry> = {
  ...detail,
  cell: (entry) => {
    const [, version] = entry.action === "save" ? (versionText.exec(entry.detail) ?? []) : [];
    if (version === undefined) return detail.cell(entry);
    return <PageLink to={`?tab=history&version=${version}`}>{entry.detail}</PageLink>;
  },
};
const ofMessage = [when, who, what, detail];
const ofJob = [when, who, what, message, versioned];
const ofDefinition = [when, who, what, versioned];

interface Props {
  readonly kind: Entry["kind"];
  /** Its name, or its id. */
  readonly target: string;
  /** What a version of it changed; absent for what has none. */
  readonly loadChanges?: (version: number, signal: AbortSignal) => Promise<Schemas["DefinitionChanges"]>;
}

/** Who did what to something, by the audit trail; of a job to its messages as well. */
export function History({ kind, target, loadChanges }: Props) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const version = Number(search.get("version"));
  const { query, items, more } = usePages(["audit", kind, target], async (continuation, signal) => {
    const asked = { kind, target, limit: 200, ...(continuation !== undefined && { continuation }) };
    return read(await api.GET("/manage/api/audit", { params: { query: asked }, signal }));
  });
  const isAsked = Number.isSafeInteger(version) && version > 0;
  return (
    <Answered query={query} what="the history of changes">
      {() => (
        <>
          {isAsked && loadChanges && (
            <ChangesPanel
              of={[kind, target]}
              version={version}
              load={(signal) => loadChanges(version, signal)}
              close={() => setSearch({ tab: "history" })}
            />
          )}
          <Freshness of={query} />
          <DataTable
            label="History of changes"
            columns={kind === "job" ? ofJob : loadChanges ? ofDefinition : ofMessage}
            rows={items}
            keyOf={(entry) => `${entry.at} ${entry.action} ${entry.kind} ${entry.target}`}
            more={more}
            empty={
              <Empty title="Nothing was changed">Whatever somebody does to it is kept here, with who and when.</Empty>
            }
          />
        </>
      )}
    </Answered>
  );
}
