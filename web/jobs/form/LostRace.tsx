import { BothVersions } from "../../parts/BothVersions.tsx";
import { differencesOf, mergedOf } from "../../parts/differences.ts";
import { Time } from "../../parts/Time.tsx";
import { members } from "../members.tsx";
import { draftOf, type JobDraft } from "../../parts/job/jobDraft.ts";
import type { StoredJob } from "./useSaveJob.ts";

interface Props {
  /** As one found it when one began to type. */
  readonly base: JobDraft;
  readonly mine: JobDraft;
  readonly theirs: StoredJob;
  readonly goOn: (draft: JobDraft) => void;
  readonly close: () => void;
}

/** Somebody else saved the job while one typed. */
export function LostRace({ base, mine, theirs, goOn, close }: Props) {
  const { savedByPerson, savedBy, savedAt, name } = theirs.value;
  const other = draftOf(theirs.value);
  const rows = differencesOf(base, mine, other).map(({ key, suggested }) => ({
    key,
    suggested,
    label: members[key].label,
    mine: members[key].show(mine) || "Nothing",
    theirs: members[key].show(other) || "Nothing",
  }));
  return (
    <BothVersions
      title={`Somebody else saved the job ${name}`}
      facts={
        <>
          It was <bdi>{savedByPerson?.name ?? savedBy}</bdi>, at <Time at={savedAt} />.
        </>
      }
      rows={rows}
      choose={(fromTheirs) => goOn(mergedOf(mine, other, fromTheirs))}
      close={close}
    />
  );
}
