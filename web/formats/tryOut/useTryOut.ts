import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useSettled } from "../../parts/useSettled.ts";
import type { FormatDraft } from "../formatDraft.ts";

export type Tried = Schemas["TriedFormat"];

const typingMs = 400;
/** More than the service looks at of any text. A workbook is of use only whole. */
const textBytesMax = 64 * 1024 * 1024;

/** What the format makes of a file, as the format is typed. */
export function useTryOut(draft: FormatDraft) {
  const api = useApi();
  const [file, setFile] = useState<File>();
  const [entity, setEntity] = useState("");
  const settled = useSettled(draft, typingMs);
  const tried = useQuery({
    queryKey: ["tryOut", settled, file?.name, file?.size, file?.lastModified, entity],
    queryFn: async ({ signal }) => {
      if (!file) throw new Error("There is no file.");
      const name = settled.name.trim() || "New";
      const query = { filename: file.name, ...(entity !== "" && { entity }) };
      const params = { path: { name }, query };
      return read(
        await api.POST("/manage/api/formats/{name}/try", { params, body: formOf({ ...settled, name }, file), signal }),
      );
    },
    enabled: file !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: false,
    refetchOnWindowFocus: false,
    retry: false,
    gcTime: 0,
  });
  return { file, take: setFile, forget: () => setFile(undefined), entity, setEntity, tried };
}

export type TryOutState = ReturnType<typeof useTryOut>;

function formOf(format: FormatDraft, file: File): FormData {
  const form = new FormData();
  form.append("format", JSON.stringify(format));
  const isWhole = format.kind === "excel" || file.size <= textBytesMax;
  form.append("file", isWhole ? file : file.slice(0, textBytesMax), file.name);
  return form;
}
