import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { CopyText } from "../CopyText.tsx";
import { curlLinesOf, tokenLine } from "./addresses.ts";
import "./job.css";

interface Props {
  readonly job: Schemas["Job"];
  readonly entities: readonly string[];
}

/** Lines for bash that do what a client of the job does. */
export function CurlLines({ job, entities }: Props) {
  const api = useApi();
  const signIn = useQuery({
    queryKey: ["sign-in"],
    staleTime: Infinity,
    refetchInterval: false,
    queryFn: async ({ signal }) => read(await api.GET("/manage/api/sign-in", { signal })),
  });
  return (
    <>
      {signIn.data && (
        <CurlLine
          what="Get a token"
          line={tokenLine(signIn.data, job.applications.find(({ isEnabled }) => isEnabled)?.applicationId)}
        />
      )}
      {curlLinesOf(job, entities).map(({ what, line }) => (
        <CurlLine key={line} what={what} line={line} />
      ))}
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
