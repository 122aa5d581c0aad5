import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { Download } from "../../parts/Download.tsx";
import { countText } from "../../parts/figures.ts";
import { PageLink, viewOf } from "../../parts/PageLink.tsx";
import { StateBadge } from "../../parts/StateBadge.tsx";

type Message = Schemas["MessageDetail"];

/** What was begun here, how far it is, and the package once there is one. */
export function Started({ run: { messageId } }: { readonly run: Schemas["StartedRun"] }) {
  const api = useApi();
  const { data: message } = useQuery({
    queryKey: ["messages", messageId],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/messages/{id}", { params: { path: { id: messageId } }, signal })),
  });
  return (
    <div className="row" role="status">
      {message ? <StateBadge message={message} /> : <span>It is accepted, and goes on by itself.</span>}
      {message && <span className="faint">{recordsText(message)}</span>}
      <PageLink to={viewOf("messages", messageId)}>See what becomes of it</PageLink>
      {message?.isFileUploaded === true && (
        <Download
          text="Download the package"
          fileName={`${messageId}.zip`}
          load={(signal) => {
            const params = { path: { id: messageId } };
            return api.GET("/manage/api/messages/{id}/content", { params, parseAs: "stream", signal });
          }}
        />
      )}
    </div>
  );
}

/** "1,200 records, 3 failed" as far as the run is. */
function recordsText({ execution, direction }: Message): string {
  if (!execution) return "";
  const total = (count: "rowsRead" | "exported" | "failed"): number =>
    execution.entities.reduce((sum, entity) => sum + entity[count], 0);
  const records = `${countText(total(direction === "import" ? "rowsRead" : "exported"))} records`;
  return total("failed") === 0 ? records : `${records}, ${countText(total("failed"))} failed`;
}
