// A reporter for Vitest that says, every few seconds, how far the tests are and which files take their time.
import type { Reporter, TestSpecification } from "vitest/node";

const everyMs = 15_000;
const shownMax = 4;

/** The files of one project: how many there are, and how many of them have ended. */
interface Project {
  readonly files: number;
  ended: number;
  failed: number;
}

interface Running {
  readonly startedAt: number;
  /** The test that is at work, once there is one. */
  test: string;
}

export interface Progress {
  readonly startedAt: number;
  readonly projects: ReadonlyMap<string, Project>;
  readonly running: ReadonlyMap<string, Running>;
}

/** Vitest makes a reporter with `new`, which takes what this returns. */
export default function TestProgress(): Reporter {
  return progressReporter(console.log, Date.now);
}

export function progressReporter(print: (line: string) => void, now: () => number): Reporter {
  const projects = new Map<string, Project>();
  const running = new Map<string, Running>();
  let startedAt = now();
  let timer: NodeJS.Timeout | undefined;
  const say = (): void => print(describeProgress({ startedAt, projects, running }, now()));

  return {
    onTestRunStart(specifications) {
      startedAt = now();
      for (const [name, files] of countFiles(specifications)) projects.set(name, { files, ended: 0, failed: 0 });
      say();
      timer = setInterval(say, everyMs).unref();
    },
    onTestModuleQueued(file) {
      running.set(file.relativeModuleId, { startedAt: now(), test: "" });
    },
    onTestCaseReady(test) {
      const file = running.get(test.module.relativeModuleId);
      if (file) file.test = test.name;
    },
    onTestModuleEnd(file) {
      running.delete(file.relativeModuleId);
      const project = projects.get(file.project.name);
      if (!project) return;
      project.ended += 1;
      if (!file.ok()) project.failed += 1;
    },
    onTestRunEnd() {
      clearInterval(timer);
      say();
    },
  };
}

/** One line: `[1:30] 88 of 125 files: unit 85 of 85, proof 3 of 40 (1 failed); at work: test/a.test.ts 62 s "a title"`. */
export function describeProgress({ startedAt, projects, running }: Progress, now: number): string {
  const all = [...projects.values()];
  const sum = (of: "ended" | "files"): number => all.reduce((total, project) => total + project[of], 0);
  const done = [...projects].map(([name, { ended, files, failed }]) => {
    return `${name} ${ended} of ${files}${failed === 0 ? "" : ` (${failed} failed)`}`;
  });
  const oldest = [...running].toSorted(([, one], [, other]) => one.startedAt - other.startedAt);
  const shown = oldest.slice(0, shownMax).map(([name, file]) => {
    const seconds = Math.round((now - file.startedAt) / 1000);
    return `${name} ${seconds} s${file.test === "" ? "" : ` "${file.test}"`}`;
  });
  const more = oldest.length > shownMax ? [`${oldest.length - shownMax} more`] : [];
  const atWork = shown.length === 0 ? "" : `; at work: ${[...shown, ...more].join(", ")}`;
  return `[${toClock(now - startedAt)}] ${sum("ended")} of ${sum("files")} files: ${done.join(", ")}${atWork}`;
}

function countFiles(specifications: readonly TestSpecification[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { project } of specifications) counts.set(project.name, (counts.get(project.name) ?? 0) + 1);
  return counts;
}

function toClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
