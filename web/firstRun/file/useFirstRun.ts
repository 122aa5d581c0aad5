import { useRef, useState } from "react";
import type { Api } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useChange } from "../../api/useChange.ts";
import { isSame } from "../../parts/differences.ts";
import { makeEntity } from "../../parts/file/makeEntity.ts";
import { giveSample, type Proposal, type Sampled } from "../../parts/file/useFileLine.ts";
import type { Job, JobDraft } from "../../parts/job/jobDraft.ts";
import { makeJob } from "./makeJob.ts";
import { makeProject, type ProjectWish } from "./makeProject.ts";

export type StepName = "entity" | "project" | "sample" | "job";
/** "there": the same was there before. */
export type StepState = "waiting" | "doing" | "made" | "there" | "failed";

/** All that is to be made, as it stands when somebody presses the button. */
export interface Wish {
  readonly file: File;
  /** Undefined where the entity is there already, or a package names its own. */
  readonly proposal: Proposal | undefined;
  readonly project: ProjectWish;
  readonly draft: JobDraft;
}

/** What the attempts before have made, for the next one to go on from. */
interface Owned {
  entity?: { readonly wish: Proposal; readonly etag: string | undefined };
  project?: ProjectWish & { readonly wasThere: boolean };
  /** With the file and the fields that it was checked against. */
  sample?: Pick<Wish, "file" | "proposal"> & { readonly wasThere: boolean };
}

/** Makes the entity, the project with its sample and the job, in this order. What stands is not made twice. */
export function useFirstRun(activityId: string) {
  const api = useApi();
  const owned = useRef<Owned>({});
  const [states, setStates] = useState<Partial<Record<StepName, StepState>>>({});
  const [sampled, setSampled] = useState<Sampled>();
  const { mutate, data, error, isPending } = useChange(async (wish: Wish): Promise<Job> => {
    const step = stepsOf((name, state) => setStates((before) => ({ ...before, [name]: state })));
    setStates({});
    setSampled(undefined);
    await step("entity", () => ownEntity(api, owned.current, wish));
    await step("project", () => ownProject(api, owned.current, wish));
    await step("sample", () => ownSample(api, owned.current, wish, setSampled));
    let job: Job | undefined;
    await step("job", async () => {
      job = await makeJob(api, activityId, wish.draft);
      return "made";
    });
    if (!job) throw new Error("There is no job.");
    return job;
  });
  return { make: mutate, job: data, error, isPending, states, sampled };
}

type Done = "made" | "there";

function stepsOf(tell: (name: StepName, state: StepState) => void) {
  return async (name: StepName, act: () => Promise<Done>): Promise<void> => {
    tell(name, "doing");
    try {
      tell(name, await act());
    } catch (error) {
      tell(name, "failed");
      throw error;
    }
  };
}

async function ownEntity(api: Api, owned: Owned, { proposal }: Wish): Promise<Done> {
  if (!proposal) return "there";
  const before = owned.entity;
  if (!before || !isSame(before.wish, proposal)) {
    const etag = before?.wish.name === proposal.name ? before.etag : undefined;
    owned.entity = { wish: proposal, etag: (await makeEntity(api, proposal, etag)).etag };
  }
  return owned.entity?.etag === undefined ? "there" : "made";
}

async function ownProject(api: Api, owned: Owned, { project, file, proposal }: Wish): Promise<Done> {
  const before = owned.project;
  if (before?.name !== project.name || !isSame(before.line, project.line)) {
    const { wasThere, isSampled } = await makeProject(api, project);
    owned.project = { ...project, wasThere };
    if (isSampled) owned.sample = { file, proposal, wasThere };
    else delete owned.sample;
  }
  return owned.project?.wasThere ? "there" : "made";
}

async function ownSample(
  api: Api,
  owned: Owned,
  { project, file, proposal }: Wish,
  tell: (sampled: Sampled) => void,
): Promise<Done> {
  const before = owned.sample;
  if (before?.file !== file || !isSame(before.proposal, proposal)) {
    const { line } = project;
    const named = line ? { entity: line.entity, format: line.format } : {};
    const sampled = await giveSample(api, project.name, file, named);
    tell(sampled);
    if (!sampled.isValid) throw new Error("While the sample has errors, no job can be made of the project.");
    owned.sample = { file, proposal, wasThere: false };
  }
  return owned.sample?.wasThere ? "there" : "made";
}
