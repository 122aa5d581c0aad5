import { jobView, PageLink } from "./PageLink.tsx";

/** The job of something in a list across all jobs. */
export function JobLink({ activityId, jobName }: { readonly activityId: string; readonly jobName?: string }) {
  if (jobName === undefined) return <span className="faint">deleted</span>;
  return (
    <PageLink to={jobView(activityId)}>
      <bdi>{jobName}</bdi>
    </PageLink>
  );
}
