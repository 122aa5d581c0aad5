import { jobView, PageLink } from "./PageLink.tsx";

interface Props {
  readonly activityId?: string;
  readonly jobName?: string;
}

/** The job of something in a list across all jobs. */
export function JobLink({ activityId, jobName }: Props) {
  if (activityId === undefined) return <span className="faint">none: asked for</span>;
  if (jobName === undefined) return <span className="faint">deleted</span>;
  return (
    <PageLink to={jobView(activityId)}>
      <bdi>{jobName}</bdi>
    </PageLink>
  );
}
