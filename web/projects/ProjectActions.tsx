import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { DeleteUsed } from "../parts/definition/DeleteUsed.tsx";
import { Download } from "../parts/Download.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { removeProject, type Stored } from "../parts/project.ts";

/** What can be done with a project as a whole. */
export function ProjectActions({ stored: { value, etag } }: { readonly stored: Stored }) {
  const api = useApi();
  const hasTemplate = value.direction === "import" && value.lines.some(({ isEnabled }) => isEnabled);
  return (
    <>
      <ForManagers>
        <PageLink to="?tab=runs">{value.direction === "import" ? "Import now" : "Export now"}</PageLink>
        <PageLink to={`/jobs/new?${new URLSearchParams({ project: value.name }).toString()}`}>
          Create recurring data job
        </PageLink>
      </ForManagers>
      {hasTemplate && (
        <Download
          text="Package template"
          fileName={`${value.name} template.zip`}
          load={(signal) =>
            api.GET("/manage/api/projects/{name}/package-template", {
              params: { path: { name: value.name } },
              parseAs: "stream",
              signal,
            })
          }
        />
      )}
      <ForManagers>
        <DeleteProject name={value.name} entities={value.lines.length} etag={etag} />
      </ForManagers>
    </>
  );
}

interface DeleteProps {
  readonly name: string;
  readonly entities: number;
  readonly etag: string;
}

function DeleteProject({ name, entities, etag }: DeleteProps) {
  const api = useApi();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const { mutateAsync } = useChange(async () => {
    await removeProject(api, name, etag);
    await navigate("/?tab=projects");
  });
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking && (
        <DeleteUsed
          of={{ list: "projects", name }}
          noun="data project"
          usesTab="Recurring data jobs"
          remove={() => mutateAsync(undefined)}
          close={() => setAsking(false)}
        >
          Its {entities} entity lines with their maps, transformations, filters and samples will be gone. Records of the
          entities stay.
        </DeleteUsed>
      )}
    </>
  );
}
