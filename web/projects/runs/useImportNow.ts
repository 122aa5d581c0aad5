import { useEffect, useRef, useState } from "react";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";
import { beginsAsZip } from "../../parts/file/beginsAsZip.ts";
import type { Project } from "../../parts/project.ts";
import { randomId } from "../../parts/randomId.ts";

/** What is to be imported, as it is chosen. */
export interface ImportChoice {
  readonly file: File;
  readonly source: "file" | "package";
  /** The entity of a file. */
  readonly entity: string;
  readonly company: string;
  /** Ends it at the first entity with a rejected record. */
  readonly failOnError: boolean;
  /** The same for each attempt at the same choice, so that one whose answer was lost makes no second run. */
  readonly key: string;
}

/** A file on its way into the project, by no job. */
export function useImportNow({ name, lines }: Pick<Project, "name" | "lines">) {
  const api = useApi();
  const [choice, setChoice] = useState<ImportChoice>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const entities = lines.filter(({ isEnabled }) => isEnabled).map(({ entity }) => entity);

  const run = useChange(async ({ file, source, entity, company, failOnError, key }: ImportChoice) => {
    const { signal } = (stop.current = new AbortController());
    const ofFile = source === "file" && { entity };
    const ofCompany = company.trim() !== "" && { company: company.trim() };
    const query = { source, filename: file.name, ...ofFile, ...ofCompany, failOnError };
    const headers = { "content-type": "application/octet-stream", "idempotency-key": key };
    const params = { path: { name }, query };
    const started = read(await api.POST("/manage/api/projects/{name}/import", { params, body: file, headers, signal }));
    setChoice(undefined);
    return started;
  });

  const take = async (file: File): Promise<void> => {
    run.reset();
    const isWorkbook = /\.xls[xm]$/i.test(file.name);
    const source = (await beginsAsZip(file)) && !isWorkbook ? "package" : "file";
    setChoice({ file, source, entity: entities[0] ?? "", company: "", failOnError: false, key: randomId() });
  };
  const change = (next: Partial<ImportChoice>): void => {
    run.reset();
    if (choice) setChoice({ ...choice, ...next, key: randomId() });
  };
  return {
    entities,
    choice,
    take,
    change,
    forget: () => setChoice(undefined),
    run,
    stop: () => stop.current?.abort(),
  };
}

export type ImportNowState = ReturnType<typeof useImportNow>;
