import type { Project } from "../parts/project.ts";

const lineOfPath = /\blines\[(\d+)\]/g;

/** Names the entities of lines that the service names by their place: "lines[2].sequence" is "Vendors.sequence". */
export function namedLines({ lines }: Pick<Project, "lines">): (text: string) => string {
  return (text) => text.replace(lineOfPath, (path, index: string) => lines[Number(index)]?.entity ?? path);
}
