import { Unreachable } from "./api.ts";

export type Ask = (request: Request) => Promise<Response>;

/** Asks, and throws `Unreachable` with the text where nothing answers. */
export async function reach(request: Request, ask: Ask, text: string): Promise<Response> {
  try {
    return await ask(request);
  } catch (error) {
    // A fetch that comes to no answer throws just this.
    if (request.signal.aborted || !(error instanceof TypeError)) throw error;
    throw new Unreachable(text, { cause: error });
  }
}
