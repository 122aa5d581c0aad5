import { Button } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";
import type { FileLine } from "../../parts/file/useFileLine.ts";
import { CurlLines } from "../../parts/job/CurlLines.tsx";
import type { Job } from "../../parts/job/jobDraft.ts";
import { jobView, PageLink, viewOf } from "../../parts/PageLink.tsx";
import { RecurrenceWords } from "../../parts/recurrence/RecurrenceWords.tsx";

interface Props {
  readonly job: Job;
  readonly file: FileLine;
  readonly again: () => void;
  readonly children: ReactNode;
}

/** The job is there: how a file is sent to it, and where to see what becomes of it. */
export function Ready({ job, file, again, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const view = jobView(job.activityId);
  const { processingRecurrence: recurrence } = job;
  return (
    <>
      <section className="panel" aria-labelledby="ready">
        <h2 id="ready" ref={heading} tabIndex={-1}>
          <bdi>{job.name}</bdi> is ready for files
        </h2>
        {recurrence && (
          <p>
            Processing recurrence: <RecurrenceWords recurrence={recurrence} />.
          </p>
        )}
        <p>Send the file from bash, in the folder where it lies:</p>
        <CurlLines
          job={job}
          entities={file.isPackage ? [] : [file.entity]}
          {...(file.choice.file && { fileName: file.choice.file.name })}
        />
        <div className="row part-end">
          <PageLink to={`${view}?show=all`}>See it arrive at the job</PageLink>
          <PageLink to={viewOf("projects", job.project)}>Its data project</PageLink>
          <Button onClick={again}>Another file</Button>
        </div>
      </section>
      {children}
    </>
  );
}
