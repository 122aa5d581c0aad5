import type { Draft, ListName, Stored } from "../../api/definitions.ts";
import { BothVersions } from "../BothVersions.tsx";
import { differencesOf, mergedOf } from "../differences.ts";
import type { DefinitionKind } from "./kind.ts";
import { SavedBy } from "./SavedBy.tsx";

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  /** What one began with; nothing, where somebody else made one of that name first. */
  readonly base: Draft<L> | undefined;
  readonly mine: Draft<L>;
  readonly theirs: Stored<L>;
  readonly goOn: (merged: Draft<L>) => void;
  readonly close: () => void;
}

/** Somebody else saved the definition while one typed. */
export function LostRace<L extends ListName>({ kind, base, mine, theirs, goOn, close }: Props<L>) {
  const other = kind.membersOf(kind.draftOf(theirs.value));
  const own = kind.membersOf(mine);
  const rows = differencesOf(base ? kind.membersOf(base) : {}, own, other).map(({ key, suggested }) => ({
    key,
    suggested,
    label: kind.show(key, own[key] ?? other[key]).label,
    mine: key in own ? kind.show(key, own[key]).content : "Nothing",
    theirs: key in other ? kind.show(key, other[key]).content : "Nothing",
  }));
  return (
    <BothVersions
      title={`Somebody else saved the ${kind.noun} ${theirs.value.name}`}
      facts={<SavedBy {...theirs.value} />}
      rows={rows}
      choose={(fromTheirs) => goOn(kind.ofMembers(mergedOf(own, other, fromTheirs)))}
      close={close}
    />
  );
}
