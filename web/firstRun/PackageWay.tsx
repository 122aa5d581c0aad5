import { PageLink } from "../parts/PageLink.tsx";

/** The manifest of a data package says what a project holds. */
export function PackageWay() {
  return (
    <section className="panel" aria-label="Import a data package">
      <p>
        A data package that Dynamics 365 exported brings a manifest: its entities, field maps, sequence and
        transformations become a data project here. You see the project, and what is wrong with it, before anything is
        made; a recurring data job is made on the project afterwards.
      </p>
      <p>
        Its entities must be here: make them under <PageLink to="/entities/new">Entities</PageLink>, for example of the
        package’s files, or load the <PageLink to="/start?tab=samples">sample entities</PageLink>.
      </p>
      <PageLink to="/projects/new?direction=import&from=manifest">Make a project of a package or its manifest</PageLink>
    </section>
  );
}
