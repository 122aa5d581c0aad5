import type { Webhook } from "../../shared/domain/webhook.ts";
import { queueNames } from "../../shared/storage/ground/names.ts";
import { discardMessage } from "../../shared/usecases/operate/discardMessage.ts";
import { removeWebhook, saveWebhook } from "../../shared/usecases/webhooks/saveWebhook.ts";
import { watchLoad } from "../../shared/usecases/load/watchLoad.ts";
import { doWork } from "../../shared/usecases/work/doWork.ts";
import type { Scenario, Stage } from "../support/crashSweep.ts";
import { takenOf } from "../support/courier.ts";
import { importJob, operator } from "../support/definitions.ts";
import { push } from "./clients.ts";
import { differs, importsOf, mixedFile, outcomes } from "./outcomes.ts";

const minute = 60_000;
const hour = 60 * minute;

const receiver: Webhook = {
  name: "Receiver",
  description: "",
  id: "",
  url: "https://receiver.example/events",
  kind: "standardWebhook",
  events: ["message.ended", "load.exceeded"],
  loadBounds: { waiting: 1 },
  isEnabled: true,
};
const withdrawn = { ...receiver, name: "Withdrawn" };

/** Somebody ends the message, and the pointer to what is told of it is lost. */
async function discard(stage: Stage): Promise<void> {
  const [message] = await importsOf(stage, importJob);
  if (message?.state === "Enqueued")
    await discardMessage(stage.ports(), importJob.activityId, message.id, operator, "A twin.");
  const queue = stage.ground.queue(queueNames.work);
  for (const item of await queue.receive(1, 1_000)) await queue.remove(item.id, item.popReceipt);
}

async function sweepAndWork(stage: Stage): Promise<void> {
  stage.clock.advance(minute);
  await doWork(stage.ports(), { kind: "upkeep", part: "sweepEvents" });
  await stage.work();
}

const measure = async (stage: Stage): Promise<void> => {
  stage.clock.advance(5 * minute);
  await watchLoad(stage.ports());
  await stage.work();
};

interface Told {
  readonly type: string;
  readonly data: { readonly messageId?: string };
}

const announced: Scenario = {
  name: "a message of whose end webhooks are told, one of them withdrawn afterwards",
  jobs: [importJob],
  prepare: async (stage) => {
    await saveWebhook(stage.ports(), receiver, undefined, operator);
    await saveWebhook(stage.ports(), withdrawn, undefined, operator);
    await push(stage, importJob, mixedFile, "key 1");
    stage.clock.advance(minute);
  },
  steps: [
    measure,
    // A measurement that failed is made up for by the next.
    measure,
    discard,
    sweepAndWork,
    sweepAndWork,
    measure,
    async (stage) => removeWebhook(stage.ports(), withdrawn.name, "any", operator).catch(() => undefined),
    (stage) => Promise.resolve(stage.clock.advance(2 * hour)),
    sweepAndWork,
  ],
  check: async (stage) => {
    const { id } = (await stage.ports().definitions.find("webhook", receiver.name))!.value;
    const log = (await stage.ports().deliveries.list(id, { limit: 50 })).items;
    const told = takenOf(stage.clock).map(({ body }) => JSON.parse(body) as Told);
    const ended = (await importsOf(stage, importJob)).map((message) => message.id);
    const heardOf = new Set(told.flatMap(({ type, data }) => (type === "message.ended" ? [data.messageId] : [])));
    return [
      ...differs("the message", await outcomes(stage, importJob), ["Discarded"]),
      ...differs("told of", [...heardOf], ended),
      ...differs("its log", log.map(({ event, state }) => `${event.type} ${state}`).toSorted(), [
        "load.exceeded delivered",
        "message.ended delivered",
      ]),
    ];
  },
};

export const announcements = { announced };
