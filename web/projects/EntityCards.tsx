import { Button } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import { Empty } from "../parts/Empty.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { AddEntity } from "./AddEntity.tsx";
import { LineCard } from "./LineCard.tsx";
import { isSameName, type Stored } from "../parts/project.ts";
import { useLastRun } from "./useLastRun.ts";

/** The entities of a project, as they stand and as their last run left them. */
export function EntityCards({ stored }: { readonly stored: Stored }) {
  const [search, setSearch] = useSearchParams();
  const { value } = stored;
  const runs = useLastRun(value);
  const isAdding = search.has("add");
  return (
    <>
      <ForManagers>
        {isAdding ? (
          <AddEntity project={value} close={() => setSearch({})} />
        ) : (
          <div className="row list-head">
            <Button appearance="primary" onClick={() => setSearch({ add: "entity" })}>
              {value.direction === "import" ? "Add file" : "Add entity"}
            </Button>
          </div>
        )}
      </ForManagers>
      {value.lines.length === 0 && !isAdding && (
        <Empty title="This project has no entity yet">
          {value.direction === "import"
            ? "Add a file with some records: its format is guessed, and its columns become fields of an entity."
            : "Add an entity whose records are to be exported."}
        </Empty>
      )}
      <ul className="line-cards" aria-label="Entities">
        {value.lines.map((line) => (
          <LineCard
            key={line.entity}
            stored={stored}
            line={line}
            run={runs?.find(({ entity }) => isSameName(entity.entity, line.entity))}
          />
        ))}
      </ul>
    </>
  );
}
