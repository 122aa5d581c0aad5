/** What came of asking a service once whether it is ready. */
export type Answer = { readonly status: number; readonly body: string } | { readonly failure: string };

export interface Patience {
  readonly forMs: number;
  readonly pauseMs: number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly now: () => number;
}

interface Verdict {
  readonly isFailure: boolean;
  readonly text: string;
}

/** Asks until the service is ready, says that it lets nobody in from here, or the time is over. */
export async function awaitReady(
  ask: () => Promise<Answer>,
  { forMs, pauseMs, pause, now }: Patience,
): Promise<Verdict> {
  const end = now() + forMs;
  for (;;) {
    const answer = await ask();
    const verdict = judge(answer);
    if (verdict !== undefined) return verdict;
    if (now() + pauseMs > end) return { isFailure: true, text: `not ready after ${forMs / 1000} s: ${tell(answer)}` };
    await pause(pauseMs);
  }
}

function judge(answer: Answer): Verdict | undefined {
  if (!("status" in answer)) return undefined;
  if (answer.status === 200 && needsOf(answer.body) !== undefined) return { isFailure: false, text: "ready" };
  // The front end refuses whoever asks from an address that is not allowed; a deployer need not be a caller.
  if (answer.status !== 403) return undefined;
  return { isFailure: false, text: "answers no caller from here (allowedAddresses, inboundAccess): ask from inside" };
}

function tell(answer: Answer): string {
  if ("failure" in answer) return answer.failure;
  const needs = Object.entries(needsOf(answer.body) ?? {}).filter(([, state]) => state !== "ready");
  const missing = needs.map(([need]) => need).join(", ");
  return missing === "" ? `status ${answer.status}` : `no answer from ${missing}; the log says why (need.lost)`;
}

/** The needs in the answer of this service; undefined when somebody else answered, such as a page of the platform. */
function needsOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { needs }: { readonly needs?: Readonly<Record<string, unknown>> } = JSON.parse(body);
    return typeof needs === "object" ? needs : undefined;
  } catch {
    return undefined;
  }
}
