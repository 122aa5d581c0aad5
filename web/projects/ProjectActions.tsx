import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Refused } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Ask } from "../parts/Ask.tsx";
import { Download } from "../parts/Download.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { removeProject, type Stored } from "../parts/project.ts";

/** What can be done with a project as a whole. */
export function ProjectActions({ stored: { value, etag } }: { readonly stored: Stored }) {
  const api = useApi();
  const hasTemplate = value.direction === "import" && value.lines.some(({ isEnabled }) => isEnabled);
  return (
    <>
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
  const [refused, setRefused] = useState<Refused>();
  const { mutateAsync } = useChange(async () => removeProject(api, name, etag));
  const act = async (): Promise<void> => {
    try {
      await mutateAsync(undefined);
    } catch (error) {
      if (error instanceof Refused) setRefused(error);
      throw error;
    }
    void navigate("/?tab=projects");
  };
  const ask = (): void => {
    setRefused(undefined);
    setAsking(true);
  };
  return (
    <>
      <Button size="small" onClick={ask}>
        Delete
      </Button>
      {isAsking && (
        <Ask
          title={`Delete the data project ${name}?`}
          action="Delete"
          typed={name}
          act={act}
          close={() => setAsking(false)}
        >
          <p>
            Its {entities} entity lines with their maps, transformations, filters and samples will be gone. Records of
            the entities stay. A project that a recurring data job runs is not deleted.
          </p>
          {refused?.problem.referredBy?.map((reference) => (
            <p key={reference.name}>
              Used by {reference.kind}{" "}
              {reference.kind === "job" ? (
                <PageLink to={viewOf("jobs", reference.name)}>{reference.name}</PageLink>
              ) : (
                <bdi>{reference.name}</bdi>
              )}
            </p>
          ))}
        </Ask>
      )}
    </>
  );
}
