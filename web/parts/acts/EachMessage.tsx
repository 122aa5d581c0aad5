import { useMemo } from "react";
import { type Column, DataTable } from "../DataTable.tsx";
import { LongText } from "../LongText.tsx";
import { PageLink, viewOf } from "../PageLink.tsx";
import type { ForeseenMessage } from "./useForeseen.ts";

interface Props {
  readonly messages: readonly ForeseenMessage[];
  /** What the text of each says: "What will happen". */
  readonly heading: string;
  readonly textOf: (message: ForeseenMessage) => string;
}

const charactersMax = 600;
const keyOf = ({ id }: ForeseenMessage): string => id;

/** Each message with what will become of it, or has. */
export function EachMessage({ messages, heading, textOf }: Props) {
  const columns = useMemo(
    (): readonly Column<ForeseenMessage>[] => [
      {
        name: "Message",
        width: "minmax(6rem, 1fr)",
        cell: ({ id, externalIdentifier }) => (
          <PageLink to={viewOf("messages", id)}>
            {externalIdentifier === undefined ? <code>{id}</code> : <bdi>{externalIdentifier}</bdi>}
          </PageLink>
        ),
      },
      {
        name: heading,
        width: "minmax(12rem, 2fr)",
        cell: (message) => <LongText text={textOf(message)} what={heading} charactersMax={charactersMax} />,
      },
    ],
    [heading, textOf],
  );
  return (
    <div className="each">
      <DataTable label="Each message" columns={columns} rows={messages} keyOf={keyOf} empty={null} />
    </div>
  );
}
