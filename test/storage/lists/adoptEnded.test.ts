import { expect, test } from "vitest";
import { claim, finishImport } from "../../../shared/domain/inboundMessage.ts";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { tableNames } from "../../../shared/storage/ground/names.ts";
import { messageKey, messageValues } from "../../../shared/storage/messages/messageRows.ts";
import { storagePorts } from "../../../shared/storage/storagePorts.ts";
import { guid, inbound, job, noon } from "../../contract/storesHarness.ts";

const hour = 60 * 60_000;

test("the lists take in what a host of an earlier version still ended while it was stopped, and then no more", async () => {
  let now = noon;
  const ground = memoryGround({ now: () => now });
  const { lists } = storagePorts(ground, { now: () => now });
  const endOnOldHost = async (number: number) => {
    const message = finishImport(claim(inbound(number), noon, 1, guid(number)), "PreProcessingError", noon + number);
    await ground.table(tableNames.messages).insert(job(1), messageKey(message.id), messageValues(message));
    return message.id;
  };
  const adopted = async () => {
    await lists.adopt(job(1));
    return (await lists.listEnded({ hasErrors: false }, { limit: 9 })).items.map(({ id }) => id);
  };

  const first = await endOnOldHost(1);
  expect(await adopted()).toEqual([first]);
  const second = await endOnOldHost(2);
  expect(await adopted()).toEqual([first]);
  now += hour;
  expect(await adopted()).toEqual([second, first]);

  await endOnOldHost(3);
  now += hour;
  expect(await adopted()).toEqual([second, first]);
});

test("a job of many messages is taken into the lists in several passes", async () => {
  const ground = memoryGround({ now: () => noon });
  const stores = storagePorts(ground, { now: () => noon });
  const table = ground.table(tableNames.messages);
  const count = 2_300;
  for (let number = 1; number <= count; number++) {
    const message = finishImport(claim(inbound(number), noon, 1, guid(1)), "PreProcessingError", noon + number);
    await table.insert(job(1), messageKey(message.id), messageValues(message));
  }
  const failed = async () => (await stores.lists.countFailed({}, 10_000)).count;

  await stores.lists.adopt(job(1));
  expect(await failed()).toBe(2_000);
  await stores.lists.adopt(job(1));
  expect(await failed()).toBe(count);
});
