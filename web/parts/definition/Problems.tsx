import { Field, type FieldProps } from "@fluentui/react-components";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { Schemas } from "../../api/api.ts";

export type Problem = Schemas["DefinitionProblem"];

interface Problems {
  /** What is wrong with a member, or within it, once somebody has been there. */
  readonly problemAt: (path: string) => string | undefined;
  readonly touch: (path: string) => void;
}

const ProblemsContext = createContext<Problems>({ problemAt: () => undefined, touch: () => undefined });

interface ProviderProps {
  readonly problems: readonly Problem[];
  /** Somebody wanted to save: from then on everything that is wrong is said. */
  readonly isTried: boolean;
  readonly children: ReactNode;
}

export function ProblemsProvider({ problems, isTried, children }: ProviderProps) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const value = useMemo(
    (): Problems => ({
      problemAt: (path) =>
        isTried || touched.has(path) ? problems.find((problem) => isWithin(problem.path, path))?.message : undefined,
      touch: (path) => setTouched((before) => (before.has(path) ? before : new Set(before).add(path))),
    }),
    [problems, isTried, touched],
  );
  return <ProblemsContext value={value}>{children}</ProblemsContext>;
}

export function useProblems(): Problems {
  return useContext(ProblemsContext);
}

function isWithin(path: string, member: string): boolean {
  return path === member || path.startsWith(`${member}.`) || path.startsWith(`${member}[`);
}

interface MemberProps extends Pick<FieldProps, "label" | "hint" | "required" | "className" | "children"> {
  /** As the API calls the member: "fields[0].lengthMax". */
  readonly path: string;
}

/** A control with its label, and what is wrong with what it holds. */
export function Member({ path, ...field }: MemberProps) {
  const { problemAt, touch } = useProblems();
  const problem = problemAt(path);
  return (
    <div onBlur={() => touch(path)}>
      <Field {...field} {...(problem !== undefined && { validationMessage: problem, validationState: "error" })} />
    </div>
  );
}
