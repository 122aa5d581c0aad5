import { expect, test } from "vitest";
import { runScenario } from "../support/crashSweep.ts";
import { type PortSite, noteSites, sitesIn } from "../support/portSites.ts";
import { scenarios } from "./scenarios.ts";

/** The rooms through which messages go; the others only show, or change definitions, and a person looks on. */
const sweptRooms = [
  "attempt",
  "deliver",
  "enqueue",
  "events",
  "export",
  "import",
  "load",
  "operate",
  "orders",
  "packages",
  "recurrence",
  "retention",
  "runs",
  "staging",
  "upkeep",
  "work",
];

/** What no scenario can reach without a fault, which the sweep brings, or without a crowd. */
const unreached: Readonly<Record<string, string>> = {
  "enqueue/storeAndAccept.ts executions.giveUp": "gives up the run of a request that is refused late",
  "runs/exportNow.ts executions.giveUp": "the same of an export",
  "runs/exportNow.ts messages.findOutbound": "looks for an export whose answer was lost",
  "deliver/dequeueMessage.ts messages.findOutbound 2": "asked only when a hand-out threw: whether it was done",
  "deliver/dequeueMessage.ts outbox.giveBack": "asked only when a hand-out threw, and was not done",
  "enqueue/acceptUpload.ts messages.settleInbound": "asked only when the insert threw: whether it went in",
  "events/callTarget.ts courier.eventGridToken": "asked only for a topic of Event Grid",
  "events/callTarget.ts secrets.find": "asked only for a topic of Event Grid",
  "events/deliverEvents.ts work.send": "sends the webhook that finds no free place",
  "events/relayEvents.ts work.send": "sends the page behind 50 events",
  "import/requireNoneRejected.ts entities.findCommit": "asked only when an import that ends at its first error rejects",
  "operate/cancelRun.ts messages.replace 2": "lets a run end that stored its last record while it was being canceled",
  "operate/mendMessage.ts files.remove": "asked only when a mend did not go in, for a fault or a second person",
  "operate/mendMessage.ts messages.settleInbound": "asked only when the write threw: whether it went in",
  "packages/wasAccepted.ts idempotency.find 2": "asked only when a call is refused that made its project",
  "packages/wasAccepted.ts messages.find": "asked only under an execution id that another project's run may have",
  "retention/pruneMessages.ts work.send": "sends the page behind 500 old payloads",
  "work/putBack.ts work.send 2": "leaves work on the queue while the host drains",
  "upkeep/doUpkeep.ts work.send": "sends the page behind 1000 rows of what is past its retention",
  "upkeep/entityUpkeep.ts work.send": "sends the page behind 100 entities",
  "upkeep/keepUpJobs.ts work.send": "sends the page behind 200 jobs",
  "upkeep/keepUpProjects.ts work.send": "sends the page behind 100 projects",
};

test("every place that asks storage on a message's way is reached by a sweep, but for those with a reason", async () => {
  const reached = new Set<PortSite>();
  for (const scenario of Object.values(scenarios)) {
    await runScenario(scenario, {}, (ports) => noteSites(ports, reached));
  }

  const missed = [...sitesIn(sweptRooms)].filter(([site]) => !reached.has(site)).map(([, name]) => name);
  expect(missed.toSorted()).toEqual(Object.keys(unreached).toSorted());
});
