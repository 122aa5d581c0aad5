import { MessageBar, MessageBarBody, MessageBarTitle, Spinner } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { UseLink } from "./UseLink.tsx";
import { type Use, type Used, useKinds, useUses } from "./useUses.ts";

interface InTheWay {
  /** Nothing uses it that would keep it. */
  readonly isFree: boolean;
  /** What does. */
  readonly shown: ReactNode;
}

/** What keeps a definition from being deleted; `usesTab` is the tab that shows all of its uses, where there is one. */
export function useInTheWay(of: Used, noun: string, usesTab?: string): InTheWay {
  const { query, items, hasMore } = useUses(of);
  const blocking = items.filter(({ blocksDeletion }) => blocksDeletion);
  return {
    isFree: blocking.length === 0 && !hasMore && !query.isPending,
    shown: (
      <>
        {query.isPending && <Spinner size="tiny" label="Looking where it is used …" />}
        {blocking.length > 0 && <UsedBy noun={noun} uses={blocking} hasMore={hasMore} usesTab={usesTab} />}
      </>
    ),
  };
}

interface Props {
  readonly noun: string;
  readonly uses: readonly Use[];
  readonly hasMore: boolean;
  readonly usesTab: string | undefined;
}

function UsedBy({ noun, uses, hasMore, usesTab }: Props) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>It is in use</MessageBarTitle>
        The {noun} can be deleted once these do not use it any more:
        <ul className="refused">
          {uses.map((use) => (
            <li key={`${use.kind} ${use.name} ${use.activityId ?? ""}`}>
              {useKinds[use.kind]} <UseLink {...use} />
            </li>
          ))}
        </ul>
        {hasMore && (usesTab === undefined ? "There are more." : `There are more: the tab “${usesTab}” has them all.`)}
      </MessageBarBody>
    </MessageBar>
  );
}
