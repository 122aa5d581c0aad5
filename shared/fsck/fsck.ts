import { inParallel } from "../ports/inParallel.ts";
import type { Doubt, Finding } from "./finding.ts";
import { lookAtClaims } from "./looks/claims.ts";
import { lookAtDefinitions } from "./looks/definitions.ts";
import { lookAtEntities } from "./looks/entities.ts";
import { lookAtExecutions } from "./looks/executions.ts";
import { lookAtMessages } from "./looks/messages.ts";
import { lookAtPayloads } from "./looks/payloads.ts";
import { lookAtPlaces } from "./looks/places.ts";
import { lookAtQueues } from "./looks/queues.ts";
import { lookAtSchedules } from "./looks/schedules.ts";
import { lookAtUploads } from "./looks/uploads.ts";
import { lookAtWebhooks } from "./looks/webhooks.ts";
import type { World } from "./world.ts";

type Look = (world: World) => AsyncIterable<Doubt>;

/** Each kind of look by what it looks at, in order. */
const looks: Readonly<Record<string, Look>> = {
  places: lookAtPlaces,
  queues: lookAtQueues,
  definitions: lookAtDefinitions,
  schedules: lookAtSchedules,
  messages: lookAtMessages,
  claims: lookAtClaims,
  payloads: lookAtPayloads,
  executions: lookAtExecutions,
  uploads: lookAtUploads,
  webhooks: lookAtWebhooks,
  entities: lookAtEntities,
};

export interface FsckOptions {
  /** Mends what is safe. */
  readonly repairs: boolean;
  /** Before a doubt is looked at again: what is under way in the service is over then. */
  readonly pause: () => Promise<void>;
  readonly begins: (look: string) => void;
}

/** A finding with what became of it. */
export interface Judged extends Finding {
  /** `possible`: with `--repair`. `none`: a person decides. `lost`: it was tried, and somebody else wrote meanwhile. */
  readonly repair: "mended" | "possible" | "none" | "lost";
}

/** Doubts that are held at a time. */
const heldMax = 1000;
const againAtOnce = 8;

/**
 * Everything in the storage that does not fit together. What looks wrong is looked at again after a while, so that nothing is told
 * of work that only went on.
 */
export async function* fsck(world: World, options: FsckOptions): AsyncGenerator<Judged> {
  let held: Doubt[] = [];
  for (const [name, look] of Object.entries(looks)) {
    options.begins(name);
    for await (const doubt of look(world)) {
      held.push(doubt);
      if (held.length < heldMax) continue;
      yield* judge(held, options);
      held = [];
    }
  }
  yield* judge(held, options);
}

async function* judge(doubts: readonly Doubt[], { pause, repairs }: FsckOptions): AsyncGenerator<Judged> {
  if (doubts.length === 0) return;
  await pause();
  const still = await inParallel(doubts, againAtOnce, (doubt) => doubt.isStill());
  for (const [index, doubt] of doubts.entries()) if (still[index]) yield toJudged(doubt, await mended(doubt, repairs));
}

async function mended({ mend }: Doubt, repairs: boolean): Promise<Judged["repair"]> {
  if (!mend) return "none";
  if (!repairs) return "possible";
  return (await mend()) ? "mended" : "lost";
}

function toJudged({ kind, place, what, todo }: Doubt, repair: Judged["repair"]): Judged {
  return { kind, place, what, todo, repair };
}
