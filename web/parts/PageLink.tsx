import type { ReactNode } from "react";
import { Link, type To } from "react-router";

interface Props {
  readonly to: To;
  readonly className?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

/** A link to a view. */
export function PageLink({ className = "", ...props }: Props) {
  return <Link {...props} className={`link ${className}`} />;
}

/** The address of a view, with what somebody named in it. */
export function viewOf(...segments: readonly string[]): string {
  return `/${segments.map(encodeURIComponent).join("/")}`;
}

/** The view of a job, by its activity id in whichever form. */
export function jobView(activityId: string): string {
  return viewOf("jobs", activityId.replace(/[{}]/g, "").toLowerCase());
}

/** The view of whatever gave the order for something: its job, or its project where no job did. */
export function ownerOf({ activityId, project = "" }: { readonly activityId?: string; readonly project?: string }) {
  return activityId === undefined
    ? { to: viewOf("projects", project), text: "Data project" }
    : { to: jobView(activityId), text: "Recurring data job" };
}
