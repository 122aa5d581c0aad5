import { Field, type FieldProps } from "@fluentui/react-components";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { JobDraft } from "./jobDraft.ts";
import type { Problem } from "./useJobCheck.ts";

interface Drafting {
  readonly draft: JobDraft;
  readonly change: (patch: Partial<JobDraft>) => void;
  /** As `change`, for what is to have fewer members than before. */
  readonly replace: (draft: JobDraft) => void;
  /** What is wrong with a member, once somebody has been there. */
  readonly problemAt: (path: string) => string | undefined;
  readonly touch: (path: string) => void;
}

const DraftingContext = createContext<Drafting | undefined>(undefined);

interface ProviderProps {
  readonly draft: JobDraft;
  readonly setDraft: (next: (before: JobDraft) => JobDraft) => void;
  readonly problems: readonly Problem[];
  /** Somebody wanted to save: from then on everything that is wrong is said. */
  readonly isTried: boolean;
  readonly children: ReactNode;
}

/** The draft of a job for every part of its form. */
export function DraftingProvider({ draft, setDraft, problems, isTried, children }: ProviderProps) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const drafting = useMemo(
    (): Drafting => ({
      draft,
      change: (patch) => setDraft((before) => ({ ...before, ...patch })),
      replace: (next) => setDraft(() => next),
      problemAt: (path) =>
        isTried || touched.has(path) ? problems.find((problem) => isWithin(problem.path, path))?.message : undefined,
      touch: (path) => setTouched((before) => (before.has(path) ? before : new Set(before).add(path))),
    }),
    [draft, setDraft, problems, isTried, touched],
  );
  return <DraftingContext value={drafting}>{children}</DraftingContext>;
}

export function useDrafting(): Drafting {
  const drafting = useContext(DraftingContext);
  if (!drafting) throw new Error("No job is being drafted here.");
  return drafting;
}

/** What is wrong inside of a member is wrong with it. */
export function isWithin(path: string, member: string): boolean {
  return path === member || path.startsWith(`${member}.`) || path.startsWith(`${member}[`);
}

interface DraftFieldProps extends Pick<FieldProps, "label" | "hint" | "required" | "className" | "children"> {
  /** As the API calls the member: "applications[0].applicationId". */
  readonly path: string;
  /** What is wrong with it, in place of what the service says of any other text that it refuses. */
  readonly instead?: string | undefined;
}

/** A control with its label, and what is wrong with what it holds. */
export function DraftField({ path, instead, ...field }: DraftFieldProps) {
  const { problemAt, touch } = useDrafting();
  const found = problemAt(path);
  const problem = found === undefined ? undefined : (instead ?? found);
  return (
    <div data-path={path} onInput={() => touch(path)} onBlur={() => touch(path)}>
      <Field {...field} {...(problem !== undefined && { validationMessage: problem, validationState: "error" })} />
    </div>
  );
}
