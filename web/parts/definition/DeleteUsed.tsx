import { MessageBar, MessageBarBody, MessageBarTitle, Spinner } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { Ask } from "../Ask.tsx";
import { UseLink } from "./UseLink.tsx";
import { type Use, type Used, useKinds, useUses } from "./useUses.ts";

interface Props {
  readonly of: Used;
  /** "data entity" */
  readonly noun: string;
  /** The tab that shows all of its uses. */
  readonly usesTab: string;
  /** What will be gone. */
  readonly children: ReactNode;
  readonly remove: () => Promise<unknown>;
  readonly close: () => void;
}

/** Asks before a definition is deleted, and says which others keep it from that before anybody types its name. */
export function DeleteUsed({ of, noun, usesTab, children, remove, close }: Props) {
  const { query, items, hasMore } = useUses(of);
  const blocking = items.filter(({ blocksDeletion }) => blocksDeletion);
  const isFree = blocking.length === 0 && !hasMore && !query.isPending;
  return (
    <Ask
      title={`Delete the ${noun} ${of.name}?`}
      action="Delete"
      typed={of.name}
      isReady={isFree}
      act={remove}
      close={close}
    >
      <p>{children}</p>
      {query.isPending && <Spinner size="tiny" label="Looking where it is used …" />}
      {blocking.length > 0 && <InTheWay noun={noun} uses={blocking} rest={hasMore ? usesTab : undefined} />}
    </Ask>
  );
}

interface InTheWayProps {
  readonly noun: string;
  readonly uses: readonly Use[];
  readonly rest: string | undefined;
}

function InTheWay({ noun, uses, rest }: InTheWayProps) {
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
        {rest !== undefined && <>There are more: the tab “{rest}” has them all.</>}
      </MessageBarBody>
    </MessageBar>
  );
}
