import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { History } from "../../parts/definition/History.tsx";

/** Who did what to the job and to its messages. */
export function JobHistory({ activityId }: { readonly activityId: string }) {
  const api = useApi();
  return (
    <History
      kind="job"
      target={activityId}
      loadChanges={async (version, signal) => {
        const params = { path: { activityId, version } };
        return read(await api.GET("/manage/api/jobs/{activityId}/versions/{version}/changes", { params, signal }));
      }}
    />
  );
}
