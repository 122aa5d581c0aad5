import type { ReactNode } from "react";
import { useApi } from "../../api/ApiContext.tsx";
import { type Definition, type ListName, listDefinitions } from "../../api/definitions.ts";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../Answered.tsx";
import { type Column, DataTable } from "../DataTable.tsx";
import { Empty } from "../Empty.tsx";
import { Freshness } from "../Freshness.tsx";
import { ForManagers } from "../Me.tsx";
import { PageLink } from "../PageLink.tsx";
import { ViewHead } from "../ViewHead.tsx";
import { type DefinitionKind, definitionView } from "./kind.ts";
import "./definition.css";

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  /** Those behind the name. */
  readonly columns: readonly Column<Definition<L>>[];
  /** What belongs there. */
  readonly about: ReactNode;
}

/** All definitions of a kind. */
export function ListView<L extends ListName>({ kind, columns, about }: Props<L>) {
  const api = useApi();
  const { query, items, more } = usePages([kind.list], (continuation, signal) =>
    listDefinitions(api, kind.list, continuation, signal),
  );
  const named: Column<Definition<L>> = {
    name: "Name",
    width: "minmax(12rem, 2fr)",
    cell: ({ name }) => (
      <PageLink to={definitionView(kind.list, name)}>
        <bdi>{name}</bdi>
      </PageLink>
    ),
  };
  const create = (
    <ForManagers>
      <PageLink to={`/${kind.list}/new`}>New {kind.noun}</PageLink>
    </ForManagers>
  );
  return (
    <main className="view">
      <ViewHead title={kind.title} facts={<Freshness of={query} />} actions={create} />
      <Answered query={query} what={`the ${kind.title.toLowerCase()}`}>
        {() => (
          <DataTable
            label={kind.title}
            columns={[named, ...columns]}
            rows={items}
            keyOf={({ name }) => name}
            more={more}
            empty={
              <Empty title={`There is no ${kind.noun} yet`}>
                {about} {create}
              </Empty>
            }
          />
        )}
      </Answered>
    </main>
  );
}
