import { useCallback, useState } from "react";
import { isSame } from "../parts/differences.ts";
import type { Stored } from "../parts/project.ts";
import type { PartOf } from "./partOf.ts";
import { useRestore, useSave } from "./usePartSaves.ts";

/** A part of a project while somebody changes it, with everything that somebody else may do in between. */
export function usePart<P>(stored: Stored, part: PartOf<P>, initial: P) {
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
  const draft = part.write(base.stored.value, mine);
  const meet = (newest: Stored, other: P): void => {
    // Such as one's own save, whose answer was lost on the way.
    if (isSame(mine, other)) return follow(newest);
    setTheirs({ stored: newest, part: other });
  };
  const saving = useSave(part, { etag: base.stored.etag, draft, follow, meet });
  const restoring = useRestore(part, { draft, follow, meet });
  const isBusy = saving.isPending || restoring.isPending;
  const isGone = part.read(stored.value) === undefined;
  const isNewer = stored.etag !== base.stored.etag && !isBusy;
  // What nobody has changed here follows what is stored.
  if (isNewer && (!isUnsaved() || isSame(mine, part.read(stored.value)))) follow(stored);

  return {
    part: mine,
    change: setMine,
    /** The whole project as a save would write it. */
    draft,
    isUnsaved,
    isBusy,
    isNewer: isNewer && isUnsaved() && !isGone,
    /** Somebody else took what it belongs to out of the project. */
    isGone,
    putBack: () => restoring.mutate(undefined),
    /** Nothing failed where all that is typed is stored. */
    error: isUnsaved() || isGone ? (saving.error ?? restoring.error) : null,
    save: () => saving.mutate(undefined),
    undo: () => {
      saving.reset();
      restoring.reset();
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
