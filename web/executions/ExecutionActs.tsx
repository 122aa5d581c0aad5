import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Ask } from "../parts/Ask.tsx";
import { Download } from "../parts/Download.tsx";
import { ForManagers } from "../parts/Me.tsx";

type Execution = Schemas["Execution"];

/** What can be done about a run: it is ended before its time, and its package is had. */
export function ExecutionActs({ execution: { id, project, direction, state } }: { readonly execution: Execution }) {
  const api = useApi();
  const isUnderWay = state === "waiting" || state === "running";
  const hasPackage = direction === "export" && (state === "finished" || state === "finishedWithErrors");
  return (
    <>
      {hasPackage && (
        <Download
          text="Download the package"
          fileName={`${project}.zip`}
          load={(signal) =>
            api.GET("/manage/api/executions/{id}/package", { params: { path: { id } }, parseAs: "stream", signal })
          }
        />
      )}
      <ForManagers>
        <CancelRun id={id} isUnderWay={isUnderWay} />
      </ForManagers>
    </>
  );
}

interface CancelProps {
  readonly id: string;
  readonly isUnderWay: boolean;
}

/** A run may end while somebody is asked, who then reads why nothing was done. */
function CancelRun({ id, isUnderWay }: CancelProps) {
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const { mutateAsync } = useChange(async () =>
    read(await api.POST("/manage/api/executions/{id}/cancel", { params: { path: { id } } })),
  );
  return (
    <>
      {isUnderWay && <Button onClick={() => setAsking(true)}>Cancel the run</Button>}
      {isAsking && (
        <Ask
          title="Cancel the run?"
          action="Cancel the run"
          cancel="Let it go on"
          act={() => mutateAsync(undefined)}
          close={() => setAsking(false)}
        >
          Nothing more of it counts. What it has stored whole of an entity stays, and it is not run again by itself.
        </Ask>
      )}
    </>
  );
}
