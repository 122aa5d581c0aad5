import { type Api, read, type Schemas } from "../../api/api.ts";
import { isSame } from "../../parts/differences.ts";
import { isSameName, readProject } from "../../parts/project.ts";

type LineWish = Pick<Schemas["EntityLineRequest"], "entity" | "format" | "fieldMap">;

export interface ProjectWish {
  readonly name: string;
  /** Undefined where a data package says which lines there are. */
  readonly line: LineWish | undefined;
  /** Of the file that becomes the sample. */
  readonly fileName: string;
}

export interface MadeProject {
  readonly wasThere: boolean;
  /** The file was its sample before. */
  readonly isSampled: boolean;
}

/**
 * Makes an import project with its line. One that is there already, by an attempt that ended half way or by somebody else,
 * will do where it says no more than this one would, and is left alone where it does.
 */
export async function makeProject(api: Api, wish: ProjectWish): Promise<MadeProject> {
  const { name, line } = wish;
  const outcome = await api.PUT("/manage/api/projects/{name}", {
    params: { path: { name } },
    body: { name, direction: "import", lines: line ? [line] : [] },
  });
  if (outcome.response.status !== 428) {
    read(outcome);
    return { wasThere: false, isSampled: false };
  }
  const there = await readProject(api, name);
  if (!isAsWished(there.value, wish))
    throw new Error(`There is another data project "${there.value.name}" already. Give this one another name.`);
  return { wasThere: true, isSampled: there.value.lines[0]?.sample?.isValid === true };
}

function isAsWished({ direction, execute, lines }: Schemas["Project"], { line, fileName }: ProjectWish): boolean {
  if (direction !== "import" || !execute) return false;
  if (!line) return lines.length === 0;
  const [there] = lines;
  if (!there || lines.length > 1 || !there.isEnabled || (there.stylesheets ?? []).length > 0) return false;
  if (!isSameName(there.entity, line.entity) || !isSameName(there.format, line.format)) return false;
  if (there.sample && there.sample.fileName !== fileName) return false;
  // A map that this file would be given anew is nobody's work.
  return isSame(there.fieldMap, line.fieldMap) || (line.fieldMap === undefined && there.sample !== undefined);
}
