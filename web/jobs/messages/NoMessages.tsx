import { Button } from "@fluentui/react-components";
import { useSearchParams } from "react-router";
import { Empty } from "../../parts/Empty.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import type { Message } from "../../parts/message/messageColumns.tsx";
import { showOf } from "./MessageFilters.tsx";

interface Props {
  readonly direction: Message["direction"];
  readonly isFiltered: boolean;
  /** Looks further back, where there is more. */
  readonly more: (() => void) | undefined;
}

/** Stands where no message is, and says how one comes. */
export function NoMessages({ direction, isFiltered, more }: Props) {
  const [search] = useSearchParams();
  const { name } = showOf(search);
  const title = isFiltered
    ? "No message here has this id or file name"
    : name === "waiting"
      ? "No message waits"
      : name === "all"
        ? "No message yet"
        : "No message is like this";
  return (
    <Empty title={title}>
      {direction === "import"
        ? "A client sends one to the job's "
        : "A run makes one, and a client fetches it by the job's "}
      <PageLink to="?tab=addresses">addresses</PageLink>.
      {more && (
        <>
          {" "}
          Older messages were not looked at. <Button onClick={more}>Look further back</Button>
        </>
      )}
    </Empty>
  );
}
