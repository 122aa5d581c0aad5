import { Button } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { Answered } from "../../parts/Answered.tsx";
import { VersionChanges } from "../../parts/VersionChanges.tsx";

interface Props {
  readonly activityId: string;
  readonly version: number;
  readonly close: () => void;
}

/** What a version of the job changed. */
export function ChangesOf({ activityId, version, close }: Props) {
  const api = useApi();
  const changes = useQuery({
    queryKey: ["jobs", activityId, "changes", version],
    // A version stays as it is.
    refetchInterval: false,
    queryFn: async ({ signal }) =>
      read(
        await api.GET("/manage/api/jobs/{activityId}/versions/{version}/changes", {
          params: { path: { activityId, version } },
          signal,
        }),
      ),
  });
  return (
    <section className="panel" aria-labelledby="changes">
      <h2 id="changes">What version {version} changed</h2>
      <Answered query={changes} what="the changes">
        {(found) => <VersionChanges of={found} />}
      </Answered>
      <p>
        <Button onClick={close}>Close</Button>
      </p>
    </section>
  );
}
