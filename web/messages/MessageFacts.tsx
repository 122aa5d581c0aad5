import type { ReactNode } from "react";
import type { Schemas } from "../api/api.ts";
import { CopyText } from "../parts/CopyText.tsx";
import { countText, sizeText } from "../parts/figures.ts";
import { LongText } from "../parts/LongText.tsx";
import { ownerOf, PageLink, viewOf } from "../parts/PageLink.tsx";
import { Time } from "../parts/Time.tsx";

type Message = Schemas["MessageDetail"];
type Fact = readonly [name: string, value: ReactNode];

/** All that is known of a message beside its states. */
export function MessageFacts({ message }: { readonly message: Message }) {
  return (
    <section aria-label="Details" className="panel">
      <dl className="pairs">
        {[...commonFacts(message), ...(message.direction === "import" ? importFacts(message) : exportFacts(message))]
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <div key={name} className="pair">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function commonFacts(message: Message): readonly Fact[] {
  const owner = ownerOf(message);
  const { id, activityId, project, executionId, company, entity, attempts, interruptions, run, sizeBytes } = message;
  return [
    ["Message ID", <CopyText key="id" text={id} what="the message id" />],
    [
      owner.text,
      <PageLink key="job" to={owner.to}>
        {activityId === undefined ? <bdi>{project}</bdi> : <code>{activityId}</code>}
      </PageLink>,
    ],
    [
      "Execution",
      executionId && (
        <PageLink to={viewOf("executions", executionId)}>
          <code>{executionId}</code>
        </PageLink>
      ),
    ],
    ["Entity", entity && <bdi>{entity}</bdi>],
    ["Company", company],
    [
      "Attempts",
      interruptions === undefined ? attempts : `${attempts}, and ${interruptions} that ended without a word`,
    ],
    ["Run", run],
    ["Size", sizeBytes === undefined ? undefined : `${sizeText(sizeBytes)} (${countText(sizeBytes)} bytes)`],
  ];
}

function importFacts({ externalIdentifier, applicationId, sha256, rejectedRowsOf, stagedRowsOf }: Message) {
  const runOf = (id: string | undefined): ReactNode =>
    id && (
      <PageLink to={viewOf("executions", id)}>
        <code>{id}</code>
      </PageLink>
    );
  const facts: readonly Fact[] = [
    ["External identifier", externalIdentifier && <LongText text={externalIdentifier} what="External identifier" />],
    ["Pushed by application", applicationId && <code>{applicationId}</code>],
    ["SHA-256", sha256 && <CopyText text={sha256} what="the SHA-256" />],
    ["Rejected rows of", runOf(rejectedRowsOf)],
    ["Staged rows of", runOf(stagedRowsOf)],
  ];
  return facts;
}

function exportFacts(message: Message): readonly Fact[] {
  const { dueAt, totalRecords, isFileUploaded, deliveryCount, redeliveries, isAckedWithoutDownload } = message;
  return [
    ["Due", dueAt && <Time key="due" at={dueAt} />],
    ["Total records exported", totalRecords === undefined ? undefined : countText(totalRecords)],
    ["File uploaded successfully", isFileUploaded === undefined ? undefined : isFileUploaded ? "Yes" : "No"],
    ["Deliveries", deliveryCount],
    ["Put back after an ack", redeliveries],
    [
      "Acknowledged without a download",
      isAckedWithoutDownload ? "Yes: whether anybody has the file is unknown" : undefined,
    ],
  ];
}
