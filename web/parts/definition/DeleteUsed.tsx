import type { ReactNode } from "react";
import { Ask } from "../Ask.tsx";
import { useInTheWay } from "./InTheWay.tsx";
import type { Used } from "./useUses.ts";

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
  const { isFree, shown } = useInTheWay(of, noun, usesTab);
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
      {shown}
    </Ask>
  );
}
