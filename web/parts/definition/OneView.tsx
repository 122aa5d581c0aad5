import { Button } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useApi } from "../../api/ApiContext.tsx";
import { isUsedList, type ListName, removeDefinition, type Stored } from "../../api/definitions.ts";
import { useChange } from "../../api/useChange.ts";
import { Answered } from "../Answered.tsx";
import { Ask } from "../Ask.tsx";
import { Freshness } from "../Freshness.tsx";
import { ForManagers } from "../Me.tsx";
import { type TabOf, Tabs } from "../Tabs.tsx";
import { ViewHead } from "../ViewHead.tsx";
import { DeleteUsed } from "./DeleteUsed.tsx";
import { DefinitionHistory } from "./DefinitionHistory.tsx";
import type { DefinitionKind } from "./kind.ts";
import { SavedBy } from "./SavedBy.tsx";
import { useDefinition } from "./useDefinition.ts";
import { Versions } from "./Versions.tsx";
import { WhereUsed } from "./WhereUsed.tsx";
import "./definition.css";

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  readonly tabs: (stored: Stored<L>) => readonly TabOf[];
  /** What will be gone with it. */
  readonly gone: ReactNode;
}

/** One definition, by the name in the address. */
export function OneView<L extends ListName>({ kind, tabs, gone }: Props<L>) {
  const { name = "" } = useParams();
  const query = useDefinition(kind.list, name);
  return (
    <main className="view">
      <Answered query={query} what={`the ${kind.noun}`} title={name}>
        {(stored) => (
          <>
            <ViewHead
              title={stored.value.name}
              crumbs={[{ to: `/${kind.list}`, text: kind.title }]}
              facts={
                <>
                  <SavedBy {...stored.value} />
                  <Freshness of={query} />
                </>
              }
              actions={
                stored.etag !== "" && (
                  <ForManagers>
                    <Delete key={name} kind={kind} stored={stored} gone={gone} />
                  </ForManagers>
                )
              }
            />
            <Tabs key={name} label={stored.value.name} tabs={[...tabs(stored), ...tabsOfAll(kind, stored)]} />
          </>
        )}
      </Answered>
    </main>
  );
}

/** What is built in has no versions. */
function tabsOfAll<L extends ListName>(kind: DefinitionKind<L>, { value }: Stored<L>): readonly TabOf[] {
  const list: ListName = kind.list;
  const { name, version } = value;
  const versions = { name: "versions", text: "Versions", content: () => <Versions list={list} name={name} /> };
  const uses = isUsedList(list)
    ? [{ name: "uses", text: "Where used", content: () => <WhereUsed list={list} name={name} /> }]
    : [];
  return [
    ...uses,
    ...(version === 0 ? [] : [versions]),
    { name: "history", text: "History of changes", content: () => <DefinitionHistory list={list} name={name} /> },
  ];
}

interface DeleteProps<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  readonly stored: Stored<L>;
  readonly gone: ReactNode;
}

function Delete<L extends ListName>({ kind, stored: { value, etag }, gone }: DeleteProps<L>) {
  const api = useApi();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const list: ListName = kind.list;
  const close = (): void => setAsking(false);
  const remove = useChange(async () => {
    await removeDefinition(api, kind.list, value.name, etag);
    await navigate(`/${kind.list}`);
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>Delete</Button>
      {isAsking && isUsedList(list) && (
        <DeleteUsed
          of={{ list, name: value.name }}
          noun={kind.noun}
          usesTab="Where used"
          remove={() => remove.mutateAsync(undefined)}
          close={close}
        >
          {gone}
        </DeleteUsed>
      )}
      {isAsking && !isUsedList(list) && (
        <Ask
          title={`Delete the ${kind.noun} ${value.name}?`}
          action="Delete"
          typed={value.name}
          act={() => remove.mutateAsync(undefined)}
          close={close}
        >
          <p>{gone}</p>
        </Ask>
      )}
    </>
  );
}
