import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import type { VersionRow } from "../parts/BothVersions.tsx";
import { isSame } from "../parts/differences.ts";
import { type Project, readProject, saveProject, type Stored } from "../parts/project.ts";

/** What one form changes of a project. */
export interface PartOf<P> {
  /** "The field map". */
  readonly what: string;
  /** Undefined where the project has no such part any more. */
  readonly read: (project: Project) => P | undefined;
  readonly write: (project: Project, part: P) => Project;
  /** Where two versions do not agree. */
  readonly compare: (base: P, mine: P, theirs: P) => readonly VersionRow[];
  readonly merge: (mine: P, theirs: P, fromTheirs: ReadonlySet<string>) => P;
}

/** A part of a project while somebody changes it, with everything that somebody else may do in between. */
export function usePart<P>(stored: Stored, part: PartOf<P>, initial: P) {
  const api = useApi();
  const queries = useQueryClient();
  const [base, setBase] = useState({ stored, part: initial });
  const [mine, setMine] = useState(initial);
  const [theirs, setTheirs] = useState<{ readonly stored: Stored; readonly part: P }>();
  const isUnsaved = useCallback(() => !isSame(mine, base.part), [mine, base]);

  const follow = (next: Stored): void => {
    const now = part.read(next.value);
    if (now === undefined) return;
    setBase({ stored: next, part: now });
    setMine(now);
  };
  const { mutate, error, isPending, reset } = useChange(async (wanted: P) => {
    const { value, etag } = base.stored;
    const now = await saveProject(api, part.write(value, wanted), etag);
    if (now) {
      queries.setQueryData(["project", value.name], now);
      return follow(now);
    }
    const newest = await readProject(api, value.name);
    const other = part.read(newest.value);
    if (other === undefined) throw new Error(`Somebody else took this out of the project. ${part.what} is not saved.`);
    // Such as one's own save, whose answer was lost on the way.
    if (isSame(wanted, other)) return follow(newest);
    setTheirs({ stored: newest, part: other });
  });
  const isNewer = stored.etag !== base.stored.etag && !isPending;
  // What nobody has changed here follows what is stored.
  if (isNewer && (!isUnsaved() || isSame(mine, part.read(stored.value)))) follow(stored);

  return {
    part: mine,
    change: setMine,
    /** The whole project as a save would write it. */
    draft: part.write(base.stored.value, mine),
    isUnsaved,
    isBusy: isPending,
    isNewer: isNewer && isUnsaved(),
    error,
    save: () => mutate(mine),
    undo: () => {
      reset();
      setMine(base.part);
    },
    showTheirs: () => {
      const other = part.read(stored.value);
      if (other !== undefined) setTheirs({ stored, part: other });
    },
    race: theirs && {
      by: theirs.stored.value,
      rows: part.compare(base.part, mine, theirs.part),
      choose: (fromTheirs: ReadonlySet<string>) => {
        setBase(theirs);
        setMine(part.merge(mine, theirs.part, fromTheirs));
        setTheirs(undefined);
      },
      close: () => setTheirs(undefined),
    },
  };
}

export type Editing<P> = ReturnType<typeof usePart<P>>;
