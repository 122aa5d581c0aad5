import { Button } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import type { ListName } from "../../api/definitions.ts";
import { usePages } from "../../api/usePages.ts";
import { Answered } from "../Answered.tsx";
import { ChangesPanel } from "../ChangesPanel.tsx";
import { DataTable } from "../DataTable.tsx";
import { Empty } from "../Empty.tsx";
import { Time } from "../Time.tsx";
import { useVersionChanges } from "./useVersionChanges.ts";

type Version = Schemas["DefinitionVersion"];

interface Props {
  readonly list: ListName;
  readonly name: string;
}

/** Who saved a definition when, and what each version changed. */
export function Versions({ list, name }: Props) {
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const { query, items, more } = usePages([list, name, "versions"], async (continuation, signal) => {
    const params = { path: { name }, query: { limit: 50, ...(continuation !== undefined && { continuation }) } };
    return read(await api.GET(`/manage/api/${list}/{name}/versions`, { params, signal }));
  });
  const asked = Number(search.get("version"));
  const open = (version: number): void => setSearch({ tab: "versions", version: `${version}` });
  return (
    <Answered query={query} what="the versions">
      {() => (
        <>
          {Number.isSafeInteger(asked) && asked > 0 && (
            <ChangesOf list={list} name={name} version={asked} close={() => setSearch({ tab: "versions" })} />
          )}
          <DataTable<Version>
            label="Versions"
            rows={items}
            keyOf={({ version }) => `${version}`}
            more={more}
            columns={[
              { name: "Version", width: "6rem", isNumber: true, cell: ({ version }) => version },
              { name: "Saved", width: "minmax(10rem, 1fr)", cell: ({ savedAt }) => <Time at={savedAt} /> },
              {
                name: "By",
                width: "minmax(12rem, 2fr)",
                cell: ({ savedBy, savedByPerson }) => <bdi>{savedByPerson?.name ?? savedBy}</bdi>,
              },
              {
                name: "Changes",
                width: "9rem",
                cell: ({ version }) => (
                  <Button size="small" aria-label={`Show of version ${version}`} onClick={() => open(version)}>
                    Show
                  </Button>
                ),
              },
            ]}
            empty={<Empty title="No version is kept">Each save makes one.</Empty>}
          />
        </>
      )}
    </Answered>
  );
}

interface ChangesProps extends Props {
  readonly version: number;
  readonly close: () => void;
}

function ChangesOf({ list, name, version, close }: ChangesProps) {
  const load = useVersionChanges({ list, name });
  return <ChangesPanel of={[list, name]} version={version} load={(signal) => load(version, signal)} close={close} />;
}
