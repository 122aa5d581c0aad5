import type { Schemas } from "../../api/api.ts";
import { filterText } from "../../parts/filter/filter.ts";
import { ForManagers } from "../../parts/Me.tsx";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { Time } from "../../parts/Time.tsx";
import { draftOf } from "../../parts/job/jobDraft.ts";
import { isOfDirection, memberNames, members } from "../members.tsx";

interface Props {
  readonly activityId: string;
  readonly job: Schemas["Job"];
}

function InForce({ filters }: { readonly filters: NonNullable<Schemas["Job"]["filtersInForce"]> }) {
  if (filters.length === 0) return "All";
  return filters.map(({ entity, filter, from }) => (
    <div key={entity}>
      <bdi>{entity}</bdi>: <bdi>{filterText(filter)}</bdi>{" "}
      <span className="faint">{from === "job" ? "by its own filter" : "by the data project's filter"}</span>
    </div>
  ));
}

/** Everything that the job says of itself. */
export function Settings({ activityId, job }: Props) {
  const draft = draftOf(job);
  return (
    <section className="panel" aria-label="Settings">
      <dl className="pairs">
        {memberNames
          .filter((member) => isOfDirection(member, job.direction))
          .map((member) => (
            <div key={member} className="pair">
              <dt>{members[member].label}</dt>
              <dd className="prose">{members[member].show(draft) || <span className="faint">–</span>}</dd>
            </div>
          ))}
        {job.filtersInForce && (
          <div className="pair">
            <dt>Records that are exported</dt>
            <dd>
              <InForce filters={job.filtersInForce} />
            </dd>
          </div>
        )}
        <div className="pair">
          <dt>Version</dt>
          <dd>
            {job.version}, saved <Time at={job.savedAt} /> by <bdi>{job.savedByPerson?.name ?? job.savedBy}</bdi>
          </dd>
        </div>
      </dl>
      <p>
        <PageLink to={viewOf("projects", job.project)}>Open the data project</PageLink>
      </p>
      <ForManagers>
        <PageLink to={viewOf("jobs", activityId, "edit")}>Change the settings</PageLink>
      </ForManagers>
    </section>
  );
}
