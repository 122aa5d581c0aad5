import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { Schemas } from "../api/api.ts";
import { countOf } from "../parts/figures.ts";
import { LongText } from "../parts/LongText.tsx";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import { StateBadge } from "../parts/StateBadge.tsx";
import { Time } from "../parts/Time.tsx";

type Message = Schemas["MessageDetail"];

const charactersMax = 1_000;

/** Why a message failed, waits for a person or was given up, and how it hangs together with others. */
export function MessageProblems({ message }: { readonly message: Message }) {
  const { parked, discarded, isBlocking, lastError, pausedUntil, mends } = message;
  // A run that ended early says so itself, and a parked message says it in its reason.
  const isSaid = lastError === undefined || lastError === message.execution?.failure || lastError === parked?.reason;
  return (
    <>
      {isBlocking && (
        <Bar intent="error" title="It blocks its job">
          Messages come in their order, and this one failed: the others wait until it is retried, mended, or released.
        </Bar>
      )}
      {parked && (
        <Bar intent="error" title="It is parked">
          <Said text={parked.reason} what="Why it is parked" /> Since <Time at={parked.at} />. Retry it when its reason
          is gone, or discard it.
        </Bar>
      )}
      {discarded && (
        <Bar intent="warning" title="It was discarded">
          <Said text={discarded.reason} what="Why it was discarded" /> By{" "}
          {discarded.person?.name ?? discarded.applicationId}, <Time at={discarded.at} />.
        </Bar>
      )}
      {!isSaid && (
        <Bar intent="error" title="The last error">
          <Said text={lastError} what="The last error" />
        </Bar>
      )}
      {pausedUntil !== undefined && (
        <Bar intent="warning" title="The storage failed">
          Nobody takes it before <Time at={pausedUntil} />.
        </Bar>
      )}
      {mends && (
        <Bar intent="info" title="It mends another message">
          It brings {countOf(mends.rows, "rejected row")} of {mends.entity} from{" "}
          <PageLink to={viewOf("messages", mends.messageId)}>the message that was mended</PageLink>.
        </Bar>
      )}
      <Mends message={message} />
    </>
  );
}

function Mends({ message: { mendedBy = [] } }: { readonly message: Message }) {
  return mendedBy.map(({ messageId, state, rows, leftOut, entity, at, person, applicationId }) => (
    <Bar key={messageId} intent="info" title={`${countOf(rows, "row")} of ${entity} mended`}>
      <PageLink to={viewOf("messages", messageId)}>By a message of their own</PageLink>{" "}
      {state !== undefined && <StateBadge message={{ state, isBlocking: false }} />} {person?.name ?? applicationId},{" "}
      <Time at={at} />
      {leftOut > 0 && `; ${countOf(leftOut, "row")} left out`}.
    </Bar>
  ));
}

interface BarProps {
  readonly intent: "error" | "warning" | "info";
  readonly title: string;
  readonly children: ReactNode;
}

function Bar({ intent, title, children }: BarProps) {
  return (
    <MessageBar intent={intent} layout="multiline" className="failure">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {children}
      </MessageBarBody>
    </MessageBar>
  );
}

function Said({ text, what }: { readonly text: string; readonly what: string }) {
  return <LongText text={text} what={what} charactersMax={charactersMax} />;
}
