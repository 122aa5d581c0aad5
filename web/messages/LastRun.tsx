import type { Schemas } from "../api/api.ts";
import { EntityCard } from "../parts/EntityCard.tsx";
import { FirstErrors } from "../parts/FirstErrors.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { ResultFiles } from "../parts/ResultFiles.tsx";
import { RunProblems } from "../parts/RunProblems.tsx";

/** What the last run of a message made of its records. */
export function LastRun({ execution }: { readonly execution: Schemas["Execution"] }) {
  const { id, direction, entities } = execution;
  const staging = (entity: string): string =>
    `${viewOf("executions", id)}?${new URLSearchParams({ tab: "staging", entity }).toString()}`;
  return (
    <section aria-label="Last run">
      <div className="row with-heading">
        <h2>Last run</h2>
        <PageLink to={viewOf("executions", id)}>Execution details</PageLink>
      </div>
      <RunProblems execution={execution} />
      {entities.map((entity) => (
        <div key={`${entity.entity} ${entity.fileName}`}>
          <EntityCard direction={direction} entity={entity}>
            <ResultFiles executionId={id} entity={entity} />
            {entity.links["rejected"] !== undefined && (
              <PageLink to={`?${new URLSearchParams({ tab: "rejected", entity: entity.entity }).toString()}`}>
                Rejected rows
              </PageLink>
            )}
            {entity.links["staging"] !== undefined && <PageLink to={staging(entity.entity)}>Rows in staging</PageLink>}
          </EntityCard>
          <FirstErrors entity={entity} />
        </div>
      ))}
    </section>
  );
}
