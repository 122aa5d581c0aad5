import { TextDecoder } from "node:util";
import { z } from "zod";
import type { Preview, PreviewedStylesheet } from "../usecases/samples/previewLine.ts";
import { asAnswer } from "./schemaNames.ts";

const count = z.int().min(0);
const problem = { field: z.string(), code: z.string(), message: z.string() };

const stylesheet = asAnswer(
  "PreviewedStylesheet",
  z.strictObject({
    name: z.string(),
    document: z.string().exactOptional().meta({ description: "What came out: its first 64 KB." }),
    sizeBytes: count.exactOptional().meta({ description: "Of all that came out." }),
    isCut: z.boolean().exactOptional(),
    error: z.string().exactOptional().meta({ description: "Why nothing came out; those behind it were not applied." }),
  }),
);

export const place = asAnswer("RowPlace", z.strictObject({ line: z.int(), column: z.int() }));
export const cellProblem = asAnswer(
  "PreviewProblem",
  z.strictObject({ ...problem, column: z.string().exactOptional() }),
);
const fileError = asAnswer("PreviewError", z.strictObject({ ...problem, line: z.int().exactOptional() }));
const counts = asAnswer(
  "PreviewCounts",
  z.strictObject({ created: count, updated: count, unchanged: count, rejected: count, notCompared: count }),
);

const row = asAnswer(
  "PreviewedRow",
  z.strictObject({
    line: z.int().meta({ description: "Where the row begins, or its number in a format whose rows may share a line." }),
    place: place.exactOptional(),
    cells: z.array(z.string().nullable()).meta({
      description: "As they came, beside the columns, each cut after 1,000 characters; null where the row has none.",
    }),
    raw: z.string().exactOptional().meta({ description: "Its text, where it could not be taken apart." }),
    values: z.record(z.string(), z.string().nullable()).meta({
      description: "By field, after the map; null stays as it is stored or is generated. Empty for most rejected rows.",
    }),
    problems: z.array(cellProblem),
    outcome: z.enum(["created", "updated", "unchanged", "rejected", "notCompared"]),
  }),
);

export const previewAnswer = asAnswer(
  "Preview",
  z.strictObject({
    entity: z.string(),
    format: z.string(),
    fileName: z.string(),
    stylesheets: z.array(stylesheet),
    errors: z.array(fileError).meta({
      description: "What would stop the whole import: nothing would be written then.",
    }),
    warnings: z.array(z.string()),
    columns: z.array(z.string()),
    rows: z.array(row),
    rowsChecked: count.meta({ description: "Rows that counts is of; those are not compared for which time was over." }),
    isWhole: z.boolean().meta({ description: "False when the file has more rows than were looked at." }),
    counts,
  }),
);

export function toPreviewView(preview: Preview): z.output<typeof previewAnswer> {
  const rows = preview.rows.map(({ cells, problems, ...each }) => ({
    ...each,
    ...(each.place && { place: { ...each.place } }),
    cells: [...cells],
    problems: [...problems],
  }));
  const { stylesheets, errors, warnings, columns } = preview;
  const lists = { errors: [...errors], warnings: [...warnings], columns: [...columns] };
  return { ...preview, ...lists, rows, stylesheets: stylesheets.map(toStylesheetView) };
}

function toStylesheetView(of: PreviewedStylesheet): z.output<typeof stylesheet> {
  if ("error" in of) return { name: of.name, error: of.error };
  const { name, start, sizeBytes } = of;
  return { name, document: textOf(start), sizeBytes, isCut: start.length < sizeBytes };
}

/** In the encoding that the document declares; a character that was cut in two at the end is left out. */
function textOf(start: Uint8Array): string {
  return decoderOf(start).decode(start, { stream: true });
}

function decoderOf(start: Uint8Array): TextDecoder {
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder("utf-16be");
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder("utf-16le");
  const head = Buffer.from(start.subarray(0, 200)).toString("latin1");
  const declared = /^<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(declared);
  } catch {
    return new TextDecoder("utf-8");
  }
}
