import { Unavailable } from "../../shared/ports/unavailable.ts";
import type { Blobs, Ground } from "../../shared/storage/ground/ground.ts";

/** One call to the ground: its place in the order of all calls, from 0, and what it was, such as "table messages.insert". */
export interface GroundCall {
  readonly index: number;
  readonly what: string;
}

/** What happens at which call. Indexes are those of `calls`; a callback may be given for every call. */
export interface FaultPlan {
  /** Refused before anything is done. */
  readonly failBefore?: number;
  /** Done, and then the answer is lost. */
  readonly loseAnswer?: number;
  /** The process ends before this call: it and all later ones are refused. */
  readonly dieBefore?: number;
  /** The process ends after this call: it is done, nobody learns of it, and all later ones are refused. */
  readonly dieAfter?: number;
  readonly before?: (call: GroundCall) => void | Promise<void>;
  readonly after?: (call: GroundCall) => void | Promise<void>;
}

export interface FaultyGround {
  readonly ground: Ground;
  /** Every call that was begun, in order, refused ones included. */
  readonly calls: readonly GroundCall[];
  readonly isDead: () => boolean;
}

/** What a fault throws: a ground that fails, as others know it, though a test can tell it from a real failure. */
export class GroundFault extends Unavailable {
  override readonly name = "GroundFault";
  readonly call: GroundCall;

  constructor(what: string, call: GroundCall) {
    super(`${what}: call ${call.index}, ${call.what}`);
    this.call = call;
  }
}

type RunCall = <Answer>(what: string, run: () => Promise<Answer>) => Promise<Answer>;

/** The ground with every call numbered, and with one or more of them failing as the plan says. */
export function faultyGround(ground: Ground, plan: FaultPlan = {}): FaultyGround {
  const calls: GroundCall[] = [];
  let dead = false;

  const run: RunCall = async (what, runCall) => {
    const call = { index: calls.length, what };
    calls.push(call);
    if (call.index === plan.dieBefore) dead = true;
    if (dead) throw new GroundFault("The process has ended", call);
    if (call.index === plan.failBefore) throw new GroundFault("Failed before", call);
    await plan.before?.(call);
    const answer = await runCall();
    await plan.after?.(call);
    if (call.index === plan.dieAfter) dead = true;
    // Another call may have ended the process while this one was under way.
    if (dead) throw new GroundFault("The process has ended", call);
    if (call.index === plan.loseAnswer) throw new GroundFault("Lost the answer", call);
    return answer;
  };

  return {
    ground: {
      table: (name) => counted(`table ${name}`, ground.table(name), run),
      blobs: (name) => withMortalReads(counted(`blobs ${name}`, ground.blobs(name), run), () => dead, calls),
      // What an address names is read off it, and asks nobody.
      valet: (name) => ({
        ...counted(`valet ${name}`, ground.valet(name), run),
        nameBehind: (address) => ground.valet(name).nameBehind(address),
      }),
      queue: (name) => counted(`queue ${withoutIds(name)}`, ground.queue(name), run),
    },
    calls,
    isDead: () => dead,
  };
}

/** Every method of the thing, run as a call. */
function counted<Thing extends object>(what: string, thing: Thing, run: RunCall): Thing {
  const methods = Object.entries(thing as Record<string, (...given: unknown[]) => Promise<unknown>>);
  return Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      async (...given: unknown[]) => run(`${what}.${name}`, async () => method(...given)),
    ]),
  ) as Thing;
}

/** A stream that was opened before the process ended gives nothing after it. */
function withMortalReads(blobs: Blobs, isDead: () => boolean, calls: readonly GroundCall[]): Blobs {
  return {
    ...blobs,
    read: async (name, offset, length) => {
      const stream = await blobs.read(name, offset, length);
      const call = calls.at(-1);
      return stream && call && mortal(stream, isDead, call);
    },
  };
}

async function* mortal(
  stream: AsyncIterable<Uint8Array>,
  isDead: () => boolean,
  call: GroundCall,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    if (isDead()) throw new GroundFault("The process has ended", call);
    yield chunk;
  }
}

/** Names that hold an id are one place in the code: `out-*`. */
function withoutIds(name: string): string {
  return name.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "*");
}
