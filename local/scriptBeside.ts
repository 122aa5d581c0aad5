import path from "node:path";

/** The script of a process in the folder of whoever starts it: a source, and in the npm package the bundle of it. */
export function scriptBeside({ dirname, filename }: ImportMeta, name: string): string {
  return path.join(dirname, `${name}${path.extname(filename)}`);
}
