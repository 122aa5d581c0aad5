import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { toTriggerMetadata } from "./bindingData.ts";
import { writeBufferedResponse } from "./bufferedExchange.ts";
import type { HostedFunction, InvocationResponse } from "./coreTypes.ts";
import type { RouteParameters } from "./routeMatching.ts";
import { forwardStream, isChunked, type StreamForward, type StreamTarget } from "./streamForward.ts";
import type { Worker } from "./worker.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly parameters: RouteParameters;
  readonly target: HostedFunction;
  readonly bodyBytesMax: number;
}

/** An answer that is this late after its handler returned will never come: the handler returned nothing to send. */
const answerWaitMs = 2_000;

/**
 * Serves a call of an app that streams: the raw request goes to the app's own proxy, and an invocation is told of it
 * apart. A request that cannot be forwarded leaves an invocation that waits for it, and its client waits as well.
 */
export async function serveStream(worker: Worker, stream: StreamTarget, exchange: Exchange): Promise<void> {
  const { request, response, url, target, bodyBytesMax } = exchange;
  const body = await readDeclaredBody(request);
  if (!body) return;
  const invocationId = randomUUID();
  const protocol = url.protocol === "https:" ? "https" : "http";
  const hasBegun = (): Promise<boolean> => worker.hasBegun(invocationId);
  const forward = isForwardable(request)
    ? forwardStream(stream, { request, response, invocationId, protocol, body, bodyBytesMax, hasBegun })
    : unforwarded();
  const triggerMetadata = toTriggerMetadata(request, { ...exchange, body });
  const invocation = worker.invoke(target, { invocationId, input: { http: {} }, triggerMetadata });
  const watch = watchAnswer(forward, target);
  invocation.then(watch.returned, (error: unknown) => {
    forward.abandon();
    watch.fail(error);
  });
  try {
    await Promise.race([forward.done, watch.failure]);
  } catch (error) {
    if (forward.isAnswered() || response.headersSent) throw error;
    answerWithout(response, await invocation);
  } finally {
    watch.end();
  }
}

/** Whoever has a length has its body read whole by the host, before the app hears of it; undefined when it broke off. */
async function readDeclaredBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (isChunked(request)) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** The host's client sends headers in ASCII and refuses all else, when the invocation has begun. */
function isForwardable({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.every((text) => !/[\u0080-\uffff]/.test(text));
}

function unforwarded(): StreamForward {
  const done = Promise.reject(new Error("Request headers must contain only ASCII characters."));
  done.catch(() => undefined);
  return { done, isAnswered: () => false, abandon: () => undefined };
}

/** What the app says of a request that it never saw, and 502 when it says nothing. */
function answerWithout(response: ServerResponse, { returnValue }: InvocationResponse): void {
  writeBufferedResponse(response, returnValue?.http ?? { statusCode: "502" });
}

interface AnswerWatch {
  /** Rejects when no answer will come. */
  readonly failure: Promise<never>;
  readonly fail: (error: unknown) => void;
  /** To be called when the handler returned: its answer is on its way, if there is one. */
  readonly returned: () => void;
  readonly end: () => void;
}

/** In Azure neither a throw nor an empty result is ever answered in a streaming app; here both get a 500 and a line. */
function watchAnswer({ isAnswered }: StreamForward, { metadata }: HostedFunction): AnswerWatch {
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  failure.catch(() => undefined);
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const check = (): void => {
    if (!isAnswered()) fail(new Error(`The handler of "${metadata.name}" returned nothing that could be sent.`));
  };
  return {
    failure,
    fail,
    returned() {
      if (!isOver && !isAnswered()) timer = setTimeout(check, answerWaitMs).unref();
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
