import { Badge } from "@fluentui/react-components";
import { Answered } from "../parts/Answered.tsx";
import { Empty } from "../parts/Empty.tsx";
import { jobView, PageLink } from "../parts/PageLink.tsx";
import type { Project } from "../parts/project.ts";
import { useProjectJobs } from "./useLastRun.ts";

/** Manage recurring data jobs: those that run the project. */
export function ProjectJobs({ project }: { readonly project: Project }) {
  const jobs = useProjectJobs(project);
  return (
    <Answered query={jobs} what="the recurring data jobs">
      {(items) =>
        items.length === 0 ? (
          <Empty title="No recurring data job runs this project yet">
            A job takes files in for it, or gives packages out, as often as its recurrence says.
          </Empty>
        ) : (
          <ul className="panel plain-list">
            {items.map(({ activityId, name, isEnabled, processingWords }) => (
              <li key={activityId} className="row">
                <PageLink to={jobView(activityId)}>
                  <bdi>{name}</bdi>
                </PageLink>
                <Badge appearance="tint" color={isEnabled ? "success" : "subtle"}>
                  {isEnabled ? "Enabled" : "Disabled"}
                </Badge>
                <span className="faint">{processingWords}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Answered>
  );
}
