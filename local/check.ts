// Types, lint and format, all three even when one of them complains. Changes nothing.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { writeSchemas } from "../definitions/folder/writeFolder.ts";
import { writeApiTypes } from "./apiTypes.ts";

const root = path.dirname(import.meta.dirname);

const checks = [
  { name: "types", command: ["node_modules/typescript/bin/tsc"] },
  { name: "types of the page", command: ["node_modules/typescript/bin/tsc", "-p", "web"] },
  { name: "lint", command: ["node_modules/oxlint/bin/oxlint", "--type-aware"] },
  { name: "format", command: ["node_modules/oxfmt/bin/oxfmt", "--check"] },
] as const;

// The page is held to the API as it is now.
await writeApiTypes(root);
// So are the files of the examples, by who edits them.
await writeSchemas(path.join(root, "examples/definitions"));
const failed = checks.filter(({ command }) => {
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
  return status !== 0;
});

if (failed.length === 0) console.log("Types, lint and format are clean.");
else console.error(`Not clean: ${failed.map(({ name }) => name).join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
