import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { MessageActs } from "../parts/acts/MessageActs.tsx";
import { Answered } from "../parts/Answered.tsx";
import { CopyText } from "../parts/CopyText.tsx";
import { History } from "../parts/definition/History.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ownerOf } from "../parts/PageLink.tsx";
import { StateBadge } from "../parts/StateBadge.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { FileFront } from "./FileFront.tsx";
import { LastRun } from "./LastRun.tsx";
import { Life } from "./Life.tsx";
import { MessageFacts } from "./MessageFacts.tsx";
import { MessageProblems } from "./MessageProblems.tsx";
import "./messages.css";
import { Rejected } from "./Rejected.tsx";

type Message = Schemas["MessageDetail"];

/** A message: its life, its file, what became of its records, and those that somebody mends. */
export function Component() {
  const { id = "" } = useParams();
  const api = useApi();
  const message = useQuery({
    queryKey: ["messages", id],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/messages/{id}", { params: { path: { id } }, signal })),
  });
  return (
    <main className="view">
      <Answered query={message} what="the message" title="Message">
        {(value) => (
          <>
            <ViewHead
              title={value.externalIdentifier ?? `Message ${value.id}`}
              crumbs={[ownerOf(value)]}
              facts={
                <>
                  <StateBadge message={value} />
                  <CopyText text={value.id} what="the message id" />
                  <Freshness of={message} />
                </>
              }
              actions={<MessageActs messages={[value]} />}
            />
            <Tabs label="Message" tabs={tabsOf(value)} />
          </>
        )}
      </Answered>
    </main>
  );
}

function tabsOf(message: Message) {
  const { execution } = message;
  const hasRejected = execution?.entities.some(({ links }) => links["rejected"] !== undefined) === true;
  return [
    { name: "life", text: "What happened", content: () => <WhatHappened message={message} /> },
    ...(execution && hasRejected
      ? [{ name: "rejected", text: "Rejected rows", content: () => <Rejected execution={execution} /> }]
      : []),
    { name: "file", text: "File", content: () => <FileFront message={message} /> },
    { name: "history", text: "History of changes", content: () => <History kind="message" target={message.id} /> },
  ];
}

function WhatHappened({ message }: { readonly message: Message }) {
  return (
    <>
      <Life history={message.history} />
      <MessageProblems message={message} />
      {message.execution && <LastRun execution={message.execution} />}
      <MessageFacts message={message} />
    </>
  );
}
