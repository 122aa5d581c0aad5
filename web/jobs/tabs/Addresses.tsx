import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { CopyText } from "../../parts/CopyText.tsx";
import { addressesOf, curlLinesOf, tokenLine } from "./addresses.ts";

/** What a client of the job is configured with, and lines to try it by. */
export function Addresses({ job }: { readonly job: Schemas["Job"] }) {
  const api = useApi();
  const { project } = job;
  const lines = useQuery({
    queryKey: ["projects", project, "lines"],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/projects/{name}", { params: { path: { name: project } }, signal })).lines,
  });
  const signIn = useQuery({
    queryKey: ["sign-in"],
    staleTime: Infinity,
    refetchInterval: false,
    queryFn: async ({ signal }) => read(await api.GET("/manage/api/sign-in", { signal })),
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
        <p>
          Lines for bash. The application is one that the job's authorization policy has enabled; the secret is its own.
        </p>
        {signIn.data && (
          <CurlLine
            what="Get a token"
            line={tokenLine(signIn.data, job.applications.find(({ isEnabled }) => isEnabled)?.applicationId)}
          />
        )}
        {curlLinesOf(job, entities).map(({ what, line }) => (
          <CurlLine key={line} what={what} line={line} />
        ))}
      </section>
    </>
  );
}

function CurlLine({ what, line }: { readonly what: string; readonly line: string }) {
  return (
    <div className="curl-line">
      <p>{what}</p>
      <CopyText text={line} what={`the line: ${what}`} />
    </div>
  );
}
