import { type Ask, reach } from "./reach.ts";

/** Where the tokens of a client come from. */
export interface Tokens {
  /** One that is good for a while yet. */
  readonly token: () => Promise<string>;
  /** What was given last is refused: the next one is another. */
  readonly giveUpToken: () => void;
}

interface Wishes {
  /** In place of the platform's own `fetch`. */
  readonly ask?: Ask;
  readonly unreachableText?: string;
}

/** Asks with a token, and once more with another where that one is refused; throws `Unreachable` where nothing answers. */
export function fetchWithToken(tokens: Tokens, wishes: Wishes = {}): Ask {
  const { ask = fetch, unreachableText = "The service cannot be reached." } = wishes;
  const askWithToken: Ask = async (request) => {
    request.headers.set("authorization", `Bearer ${await tokens.token()}`);
    return ask(request);
  };
  const askOnce: Ask = (request) => reach(request, askWithToken, unreachableText);
  return async (request) => {
    const again = isSmall(request) ? request.clone() : undefined;
    const answer = await askOnce(request);
    if (answer.status === 401) tokens.giveUpToken();
    return answer.status === 401 && again ? askOnce(again) : answer;
  };
}

/** A file is not kept in memory for the rare case that it must be sent once more. */
function isSmall({ body, headers }: Request): boolean {
  // Not every browser tells the body of a request.
  return !body || (headers.get("content-type") ?? "").startsWith("application/json");
}
