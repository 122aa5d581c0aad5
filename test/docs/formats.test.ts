import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { formatProblems } from "../../shared/domain/sourceFormat.ts";
import { fileFormatOf } from "../../shared/formats/fileFormats.ts";
import { formatRequest, toFormat } from "../../shared/http/manageFormatSchema.ts";
import { bytesOf } from "../support/definitions.ts";
import { noPace } from "../support/pace.ts";
import { collectRows } from "../support/rows.ts";

// docs/formats.md shows formats as they are sent, each with a file.

const text = await readFile(path.join(import.meta.dirname, "../../docs/formats.md"), "utf8");
const examples = [...text.matchAll(/^```json\n(\{.*?)^```\n+```text\n(.*?)^```$/gms)].map(
  ([, json = "", file = ""]) => ({
    format: toFormat(formatRequest.parse(JSON.parse(json))),
    file,
  }),
);

describe("the example of docs/formats.md", () => {
  test.each(examples)("for format $format.name is a file of it", async ({ format, file }) => {
    const { columns, batches } = await fileFormatOf(format).open(
      bytesOf(file),
      { entity: undefined, expected: [] },
      noPace,
    );
    const rows = await collectRows(batches);

    expect(formatProblems(format)).toEqual([]);
    expect(columns.length).toBeGreaterThan(1);
    expect(rows.map(({ cells, problem }) => problem ?? cells.length)).toEqual([columns.length, columns.length]);
  });
});
