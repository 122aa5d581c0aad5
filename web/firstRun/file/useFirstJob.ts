import { useState } from "react";
import type { FileLine } from "../../parts/file/useFileLine.ts";
import { type JobDraft, newDraft, newRecurrence } from "../../parts/job/jobDraft.ts";
import { type Problem, useJobCheck } from "../../parts/job/useJobCheck.ts";
import { isSameName } from "../../parts/project.ts";

const nameMax = 60;
const noCompany: Problem = {
  path: "company",
  code: "invalid",
  message: "The records of this entity belong to companies: name the one whose they are, such as USMF.",
};

/** The job that a file suggests, and what somebody typed over it. */
export function useFirstJob(activityId: string, file: FileLine, sender: string | undefined) {
  const [fresh] = useState(() => freshDraft(sender));
  const [typed, setTyped] = useState<Partial<JobDraft>>({});
  const name = nameOfJob(file);
  const suggested: JobDraft = { ...fresh, name, project: name, source: file.isPackage ? "package" : "file" };
  const draft: JobDraft = { ...suggested, ...typed };
  const setDraft = (next: (before: JobDraft) => JobDraft): void =>
    setTyped((before) => {
      const was: JobDraft = { ...suggested, ...before };
      const known = new Map<string, unknown>(Object.entries(was));
      const changed = Object.entries(next(was)).filter(([member, value]) => known.get(member) !== value);
      return { ...before, ...Object.fromEntries(changed) };
    });

  const isPerCompany = file.isNew
    ? file.proposal?.isPerCompany === true
    : file.entities.some((entity) => isSameName(entity.name, file.entity) && entity.isPerCompany);
  const lacks = isPerCompany && !file.isPackage && (draft.company ?? "").trim() === "" ? [noCompany] : [];
  // The project is made just before the job.
  const relevant = (problems: readonly Problem[]): readonly Problem[] => [
    ...problems.filter(({ path }) => path !== "project" && path !== "direction"),
    ...lacks,
  ];
  const { problems, ask } = useJobCheck(activityId, draft);
  return {
    draft,
    setDraft,
    hasCompany: isPerCompany || file.isPackage,
    problems: relevant(problems),
    check: async () => relevant((await ask(draft)).problems),
  };
}

function nameOfJob({ entity, isPackage, choice }: FileLine): string {
  const about = isPackage ? (choice.file?.name.replace(/\.[^.]*$/, "") ?? "") : entity;
  return about === "" ? "" : `${about.slice(0, nameMax - " import".length)} import`;
}

/** Every minute: whoever tries it sees the file go in. */
function freshDraft(sender: string | undefined): JobDraft {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    ...newDraft(""),
    applications: [{ applicationId: sender ?? "", isEnabled: true }],
    processingRecurrence: newRecurrence(new Date(), zone, "minute"),
  };
}
