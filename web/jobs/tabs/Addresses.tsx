import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { CopyText } from "../../parts/CopyText.tsx";
import { addressesOf } from "../../parts/job/addresses.ts";
import { CurlLines } from "../../parts/job/CurlLines.tsx";

/** What a client of the job is configured with, and lines to try it by. */
export function Addresses({ job }: { readonly job: Schemas["Job"] }) {
  const api = useApi();
  const { project } = job;
  const lines = useQuery({
    queryKey: ["projects", project, "lines"],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/projects/{name}", { params: { path: { name: project } }, signal })).lines,
  });
  const entities = (lines.data ?? []).filter(({ isEnabled }) => isEnabled).map(({ entity }) => entity);
  const addresses = addressesOf(job, entities);
  return (
    <>
      <section className="panel" aria-labelledby="addresses">
        <h2 id="addresses">Addresses</h2>
        <dl className="pairs">
          {addresses.map(({ what, method, url }) => (
            <div key={`${what} ${url}`} className="pair">
              <dt>{what}</dt>
              <dd>
                <span className="faint">{method}</span> <CopyText text={url} what={`the address: ${what}`} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="panel" aria-labelledby="curl">
        <h2 id="curl">Try it by curl</h2>
        <p>Lines for bash. The application is one that the job's authorization policy has enabled.</p>
        <CurlLines job={job} entities={entities} />
      </section>
    </>
  );
}
