import { Spinner } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { CopyButton, CopyText } from "../CopyText.tsx";
import { curlLinesOf, tokenLine } from "./addresses.ts";
import { type ExampleClient, useExampleClient } from "./useExampleClient.ts";
import "./job.css";

interface Props {
  readonly job: Schemas["Job"];
  readonly entities: readonly string[];
  /** Of the file that is sent, where one is meant. */
  readonly fileName?: string;
}

/** Lines for bash that do what a client of the job does. */
export function CurlLines({ job, entities, fileName }: Props) {
  const api = useApi();
  const signIn = useQuery({
    queryKey: ["sign-in"],
    staleTime: Infinity,
    refetchInterval: false,
    queryFn: async ({ signal }) => read(await api.GET("/manage/api/sign-in", { signal })),
  });
  const example = useExampleClient();
  if (signIn.isPending || example.isPending) return <Spinner size="tiny" label="Writing the lines …" />;
  const { applicationId, secret } = senderOf(job, example.data ?? undefined);
  const token = signIn.data && { what: "Get a token", line: tokenLine(signIn.data, applicationId, secret) };
  const lines = [...(token ? [token] : []), ...curlLinesOf(job, entities, fileName)];
  return (
    <>
      {lines.map(({ what, line }) => (
        <CurlLine key={line} what={what} line={line} />
      ))}
      {secret === undefined && <p>The application’s own secret goes in place of {"<secret>"}.</p>}
      <p>
        <CopyButton text={lines.map(({ line }) => `${line}\n`).join("")} what="all lines" shown="Copy all lines" />
      </p>
    </>
  );
}

/** The first application that may; its secret is known where it is the one for trying. */
function senderOf({ applications }: Schemas["Job"], example: ExampleClient | undefined) {
  const enabled = applications.filter(({ isEnabled }) => isEnabled).map(({ applicationId }) => applicationId);
  const tried = enabled.find((id) => id.toLowerCase() === example?.applicationId.toLowerCase());
  return tried === undefined ? { applicationId: enabled[0] } : { applicationId: tried, secret: example?.secret };
}

function CurlLine({ what, line }: { readonly what: string; readonly line: string }) {
  return (
    <div className="curl-line">
      <p>{what}</p>
      <CopyText text={line} what={`the line: ${what}`} />
    </div>
  );
}
