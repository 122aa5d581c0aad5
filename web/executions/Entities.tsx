import type { Schemas } from "../api/api.ts";
import { Empty } from "../parts/Empty.tsx";
import { EntityCard } from "../parts/EntityCard.tsx";
import { FirstErrors } from "../parts/FirstErrors.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { ResultFiles } from "../parts/ResultFiles.tsx";
import { RunProblems } from "../parts/RunProblems.tsx";

/** What became of each entity, with the records that failed. */
export function Entities({ execution }: { readonly execution: Schemas["Execution"] }) {
  const { id, direction, entities } = execution;
  if (entities.length === 0) {
    return (
      <>
        <RunProblems execution={execution} />
        <Empty title="No entity was begun">The run ended before it knew which entities its file brings.</Empty>
      </>
    );
  }
  return (
    <>
      <RunProblems execution={execution} />
      {entities.map((entity) => (
        <div key={`${entity.entity} ${entity.fileName}`}>
          <EntityCard direction={direction} entity={entity}>
            <ResultFiles executionId={id} entity={entity} />
            {entity.links["staging"] !== undefined && (
              <PageLink to={`?${new URLSearchParams({ tab: "staging", entity: entity.entity }).toString()}`}>
                Rows in staging
              </PageLink>
            )}
          </EntityCard>
          <FirstErrors entity={entity} />
        </div>
      ))}
    </>
  );
}
