import { PageLink } from "../parts/PageLink.tsx";

/** The manifest of a data package says what a project holds. */
export function PackageWay() {
  return (
    <section className="panel" aria-label="Import a data package">
      <p>
        A data package of Dynamics 365 brings a manifest, which says which entities it holds and in which format. Drop
        it on a new import project, and each entity that is known here becomes a line of the project, with its file as
        the sample. What is not known yet is named; make it before under{" "}
        <PageLink to="/entities/new">Entities</PageLink>, or load the{" "}
        <PageLink to="/start?tab=samples">sample entities</PageLink>.
      </p>
      <PageLink to="/projects/new?direction=import">New import project</PageLink>
    </section>
  );
}
