import { exportDefinitions } from "../../../definitions/exportDefinitions.ts";
import { command } from "../../command.ts";
import { exitCodes } from "../../exitCodes.ts";
import { apiOf, readGivenValues, soundly, theArgument, valuesOption } from "./folderArgument.ts";

export const exportCommand = command(
  {
    name: "export",
    usage: "FOLDER",
    summary: "writes the definitions of a service to a folder, with schemas for editors",
    description:
      "In a folder that is there files that say the same stay as they are, with their comments; with --values, placeholders stay that stand for what the service says. A plan of the folder has nothing to do then.",
    options: {
      prune: { type: "boolean", help: "removes the files of definitions that the service has no more" },
      values: valuesOption,
      "as-json": { type: "boolean", help: "new files are JSON, and not YAML" },
    },
    examples: [
      { line: "export definitions", what: "of the service that runs here" },
      { line: "export definitions --prune --url https://files.example", what: "and nothing that is not there" },
    ],
  },
  async (call) => {
    const folder = theArgument(call, "folder to write to");
    const { prune, "as-json": asJson } = call.values;
    const wishes = { prunes: prune === true, asJson: asJson === true, values: await readGivenValues(call) };
    const api = apiOf(await call.connect());
    const result = await soundly(() => exportDefinitions(api, folder, wishes));
    call.show(result, () => {
      const { written, stale, unchanged, overwritten } = result;
      const lines = written.map((file) => `+ ${file}`);
      const gone = wishes.prunes ? "removed" : "not on the service; --prune removes it";
      lines.push(...stale.map((file) => `- ${file}: ${gone}`));
      lines.push(
        ...overwritten.map((place) => `! ${place}: the placeholder stands for something else; the value is there now`),
      );
      return [...lines, `${written.length} files written, ${unchanged} as they were.`].join("\n");
    });
    return exitCodes.done;
  },
);
