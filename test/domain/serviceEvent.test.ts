import { expect, test } from "vitest";
import {
  claimExport,
  finishWithoutFile,
  newExport,
  offerFile,
  startExporting,
} from "../../shared/domain/outboundMessage.ts";
import type { RunOrder } from "../../shared/domain/runOrder.ts";
import { eventsOfMessage } from "../../shared/domain/serviceEvent.ts";

const ownOrder: RunOrder = {
  project: "P",
  requestedId: "P-1",
  preventUploadAtZeroRecords: false,
  isOrdered: false,
  onHeadError: "continue",
  attemptsMax: 3,
  isQueued: false,
  timeZone: "UTC",
};
const facts = { id: "m1", activityId: "a1", dueAt: 0, enqueuedAt: 0 };
const file = { name: "m1/1", sizeBytes: 2, totalRecords: 1 };

test.each([
  ["a job's", {}, ["export.ready"], { activityId: "a1" }],
  ["one's own", { ownOrder }, ["message.ended", "export.ready"], { data: { project: "P", requestedId: "P-1" } }],
])("the package of %s export is told of when it is there, with whose it is", (_whose, own, types, said) => {
  const running = startExporting(claimExport(newExport({ ...facts, ...own }), 1, 1000, "e1"), 2);

  const events = eventsOfMessage(running, offerFile(running, 3, file));

  expect(events.map(({ type }) => type)).toEqual(types);
  for (const event of events) expect(event).toMatchObject(said);
  expect(events.every((event) => "activityId" in event !== "ownOrder" in own)).toBe(true);
  expect(eventsOfMessage(running, finishWithoutFile(running, 3)).map(({ type }) => type)).toEqual(["message.ended"]);
});
