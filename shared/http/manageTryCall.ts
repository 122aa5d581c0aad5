import type { z } from "zod";
import type { SourceFormat } from "../domain/sourceFormat.ts";
import { loadFormat } from "../usecases/definitions/loadDefinitions.ts";
import type { TriedFormat, TryWish } from "../usecases/samples/tryFormat.ts";
import { isFileForm, readFileForm } from "./fileForm.ts";
import { readManageJson } from "./manageBody.ts";
import type { ManageCall } from "./manageCall.ts";
import { formatRequest, toFormat } from "./manageFormatSchema.ts";
import { readFileName, readPage, requireSameName } from "./manageRequest.ts";
import type { tryAnswer } from "./manageTrySchema.ts";
import { readQuery } from "./request.ts";
import { readFileBody } from "./upload.ts";

/** A saved or built-in format by its name, or one that comes before the file in a form. */
export async function readTrial(call: ManageCall): Promise<{ readonly format: SourceFormat; readonly wish: TryWish }> {
  const { ports, id, request } = call;
  const query = readQuery(request.url);
  const facts = { entity: query.get("entity"), limit: readPage(request).limit };
  const named = readFileName(query.get("filename"));
  if (!isFileForm(request)) {
    const body = readFileBody(request);
    return { format: (await loadFormat(ports, id)).value, wish: { ...facts, fileName: named ?? "The file", body } };
  }
  const { definition, fileName, file } = await readFileForm(request, "format");
  const format = toFormat(readManageJson(definition, formatRequest));
  requireSameName(id, format.name);
  return { format, wish: { ...facts, fileName: named ?? readFileName(fileName) ?? "The file", body: file } };
}

export function toTriedView(format: string, fileName: string, tried: TriedFormat): z.output<typeof tryAnswer> {
  const { columns, rows, problems, errors, warnings } = tried;
  return {
    format,
    fileName,
    ...tried,
    columns: [...columns],
    rows: rows.map(({ cells, ...each }) => ({
      ...each,
      ...(each.place && { place: { ...each.place } }),
      cells: [...cells],
      problems: [...each.problems],
    })),
    problems: [...problems],
    errors: [...errors],
    warnings: [...warnings],
  };
}
