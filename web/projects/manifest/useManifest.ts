import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type Api, read, type Schemas } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";
import { beginsAsZip } from "../../parts/file/beginsAsZip.ts";
import { viewOf } from "../../parts/PageLink.tsx";
import { randomId } from "../../parts/randomId.ts";

export type Draft = Schemas["ManifestProject"];
export type DraftLine = Draft["lines"][number];

/** What somebody decided about a manifest; what is left out is as the manifest says. */
interface Choice {
  readonly file?: File;
  /** Of each missing format, the one that it is made like. */
  readonly likes: Readonly<Record<string, string>>;
  readonly leaveOut: boolean;
  readonly name?: string;
  readonly keepsSamples: boolean;
}

const nothing: Choice = { likes: {}, leaveOut: false, keepsSamples: true };
const bytes = { "content-type": "application/octet-stream" };

/** A package or a manifest on its way to a project. */
export function useManifest() {
  const api = useApi();
  const [choice, setChoice] = useState(nothing);
  // A name that no project has, so that the manifest alone counts.
  const [unused] = useState(() => `Manifest ${randomId()}`);
  const { file, likes } = choice;
  const formatLike = Object.entries(likes).map(([name, like]) => `${name}=${like}`);
  const check = useQuery({
    queryKey: ["manifest", file?.name, file?.size, file?.lastModified, formatLike],
    queryFn: async ({ signal }) =>
      read(
        await api.POST("/manage/api/projects/{name}/from-manifest/check", {
          params: { path: { name: unused }, query: { formatLike } },
          body: file,
          headers: bytes,
          signal,
        }),
      ),
    enabled: file !== undefined,
    // A choice of a format asks anew, and what was said before stays until then.
    placeholderData: (before, query) => (query?.queryKey[1] === file?.name ? before : undefined),
    refetchInterval: false,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  const isPackage = useQuery({
    queryKey: ["isPackage", file?.name, file?.size, file?.lastModified],
    queryFn: () => (file ? beginsAsZip(file) : false),
    enabled: file !== undefined,
    refetchInterval: false,
  });
  const draft = file && check.data;
  const name = (choice.name ?? draft?.definitionGroupName ?? "").trim();
  return {
    choice,
    change: (next: Partial<Choice>) => setChoice({ ...choice, ...next }),
    take: (next: File) => setChoice({ ...nothing, file: next }),
    forget: () => setChoice(nothing),
    check,
    draft,
    name,
    formatLike,
    isPackage: isPackage.data === true,
    isReady: draft !== undefined && name !== "" && mayBeMade(draft, choice.leaveOut) && !check.isFetching,
  };
}

export type Manifest = ReturnType<typeof useManifest>;

/** As the service sees it, for either wish. */
function mayBeMade({ problems, lines }: Draft, leaveOut: boolean): boolean {
  const usable = lines.filter(({ line, problems: own }) => line && own.length === 0);
  return (
    problems.length === 0 && usable.length > 0 && (leaveOut || lines.every(({ problems: own }) => own.length === 0))
  );
}

/** Makes the project once, then gives it its samples: an attempt that ended between them goes on there. */
export function useCreation(of: Manifest) {
  const api = useApi();
  const navigate = useNavigate();
  const [made, setMade] = useState<string>();
  const { mutate, error, isPending } = useChange(async () => {
    const { file, keepsSamples } = of.choice;
    if (!file) return;
    const project = made ?? (await make(api, file, of));
    setMade(project);
    if (of.isPackage && keepsSamples) await keepSamples(api, project, file);
    await navigate(viewOf("projects", project));
  });
  return { create: () => mutate(undefined), error, isPending, made };
}

async function make(api: Api, file: File, { name, formatLike, choice }: Manifest): Promise<string> {
  const outcome = await api.POST("/manage/api/projects/{name}/from-manifest", {
    params: { path: { name }, query: { formatLike, leaveOut: choice.leaveOut } },
    body: file,
    headers: bytes,
  });
  if (outcome.response.status === 428)
    throw new Error(`There is a data project "${name}" already. Give this one another name.`);
  return read(outcome).project;
}

async function keepSamples(api: Api, name: string, file: File): Promise<void> {
  const query = { filename: file.name };
  read(
    await api.POST("/manage/api/projects/{name}/sample", {
      params: { path: { name }, query },
      body: file,
      headers: bytes,
    }),
  );
}
