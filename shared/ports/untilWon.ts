import { setTimeout } from "node:timers/promises";
import { Unavailable } from "./unavailable.ts";

/** What an attempt answers when somebody else wrote between its look and its write. */
export const lost: unique symbol = Symbol("lost");

/** Others kept writing first. Nothing was written; whoever asked may ask again. */
export class RaceNeverWon extends Unavailable {
  override readonly name = "RaceNeverWon";
}

/** More writers than one row ever has at a time. */
const racesMax = 60;
/** Two writers that meet by chance part at once; a crowd needs to be thinned. */
const racesWithoutPause = 2;
const pauseMsMax = 40;

/**
 * Looks and writes, anew for as long as the race is lost: `attempt` judges what it has just read, and answers `lost` when
 * its write came second. Anything else is the answer; a throw goes on. Throws `RaceNeverWon` after the last race.
 */
export async function untilWon<T>(what: string, attempt: () => Promise<T | typeof lost>): Promise<T> {
  for (let races = 0; races < racesMax; races++) {
    const answer = await attempt();
    if (answer !== lost) return answer;
    if (races >= racesWithoutPause) await setTimeout(Math.random() * Math.min(pauseMsMax, 2 ** races));
  }
  throw new RaceNeverWon(`${what} changed ${racesMax} times between a look and the write that followed it.`);
}
