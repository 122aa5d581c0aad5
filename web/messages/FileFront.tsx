import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Answered } from "../parts/Answered.tsx";
import { Download } from "../parts/Download.tsx";
import { Empty } from "../parts/Empty.tsx";
import { sizeText } from "../parts/figures.ts";
import { type Front, readFront } from "./front.ts";

type Message = Schemas["MessageDetail"];

const frontBytes = 32_768;

/** The file as it was received, or the package of an export: its size, its beginning, and all of it to keep. */
export function FileFront({ message }: { readonly message: Message }) {
  const { id, sizeBytes, direction } = message;
  const api = useApi();
  if (direction === "export" && message.isFileUploaded !== true) {
    return <Empty title="There is no file">The run has made none yet, or found no records to put into one.</Empty>;
  }
  return (
    <section className="panel" aria-label="File">
      <div className="row">
        {sizeBytes !== undefined && <span>{sizeText(sizeBytes)}</span>}
        <Download
          text="Download"
          fileName={message.externalIdentifier ?? id}
          load={(signal) =>
            api.GET("/manage/api/messages/{id}/content", { params: { path: { id } }, parseAs: "stream", signal })
          }
        />
      </div>
      <FirstRows id={id} />
    </section>
  );
}

function FirstRows({ id }: { readonly id: string }) {
  const api = useApi();
  const front = useQuery({
    queryKey: ["messages", id, "front"],
    queryFn: async ({ signal }) => {
      const params = { path: { id }, header: { Range: `bytes=0-${frontBytes - 1}` } };
      const answer = await api.GET("/manage/api/messages/{id}/content", { params, parseAs: "arrayBuffer", signal });
      const bytes: unknown = read(answer);
      const isWhole = answer.response.status !== 206 || !hasMore(answer.response);
      return readFront(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(), isWhole);
    },
    // The bytes of a message are what they are.
    staleTime: Infinity,
    refetchInterval: false,
  });
  return (
    <Answered query={front} what="the beginning of the file">
      {(value) => <Rows front={value} />}
    </Answered>
  );
}

function hasMore({ headers }: Response): boolean {
  const [, last, size] = /^bytes \d+-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  return Number(last) + 1 < Number(size);
}

function Rows({ front }: { readonly front: Front }) {
  if (front.kind === "package") return <p>It is a package (zip): download it to look inside.</p>;
  return (
    <>
      <p className="faint">
        {front.isWhole ? "All of it" : "The first rows"} ({front.encoding})
      </p>
      {/* Long rows scroll by keys as well. */}
      <div className="wide front" tabIndex={0} role="region" aria-label="First rows">
        <ol>
          {front.rows.map((row, index) => (
            <li key={index}>
              <bdi>{row}</bdi>
            </li>
          ))}
        </ol>
      </div>
    </>
  );
}
