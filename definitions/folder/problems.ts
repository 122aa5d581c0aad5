/** What is wrong with a file of definitions, and where. */
export interface FileProblem {
  /** Below the folder. */
  readonly file: string;
  readonly line?: number;
  /** The member, such as `fields[2].name`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

const toldMax = 50;

/** Everything that is wrong with a folder, so that one look mends it. */
export class FolderError extends Error {
  override readonly name = "FolderError";
  readonly problems: readonly FileProblem[];

  constructor(folder: string, problems: readonly FileProblem[], what = "folder of definitions") {
    const told = problems.slice(0, toldMax).map((problem) => `  ${toLine(problem)}`);
    const more = problems.length > toldMax ? [`  … and ${problems.length - toldMax} more`] : [];
    super([`${folder} is no sound ${what}:`, ...told, ...more].join("\n"));
    this.problems = problems;
  }
}

function toLine({ file, line, path, message }: FileProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return [place, path, message].filter((part) => part !== "").join(": ");
}
