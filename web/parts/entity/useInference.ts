import { read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";

export type Inference = Schemas["Inference"];

interface Sample {
  readonly file: Blob;
  /** What the entity is to be called. */
  readonly name: string;
  readonly format: string;
}

/** Asks what entity a file suggests; nothing is stored. */
export function useInference() {
  const api = useApi();
  return useChange(async ({ file, name, format }: Sample): Promise<Inference> =>
    read(
      await api.POST("/manage/api/entities/{name}/infer", {
        params: { path: { name }, query: { format } },
        // Whatever a system calls the type of a file, it is bytes to the service.
        headers: { "content-type": "application/octet-stream" },
        body: file,
      }),
    ),
  );
}

/** The built-in format that the file's name suggests. */
export function formatOfFile(fileName: string): string {
  if (/\.xlsx$/i.test(fileName)) return "EXCEL";
  if (/\.xml$/i.test(fileName)) return "XML-Element";
  return /\.(?:tab|tsv|txt)$/i.test(fileName) ? "TAB" : "CSV";
}
