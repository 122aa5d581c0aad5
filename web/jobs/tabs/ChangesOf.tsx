import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { ChangesPanel } from "../../parts/ChangesPanel.tsx";

interface Props {
  readonly activityId: string;
  readonly version: number;
  readonly close: () => void;
}

/** What a version of the job changed. */
export function ChangesOf({ activityId, version, close }: Props) {
  const api = useApi();
  return (
    <ChangesPanel
      of={["jobs", activityId]}
      version={version}
      load={async (signal) =>
        read(
          await api.GET("/manage/api/jobs/{activityId}/versions/{version}/changes", {
            params: { path: { activityId, version } },
            signal,
          }),
        )
      }
      close={close}
    />
  );
}
