import { createRequire } from "node:module";
import type { HttpResponseInit } from "@azure/functions";
import { DomainError } from "../domain/errors.ts";
import type { Ports } from "../ports.ts";
import type { Arrivals } from "./arrivals.ts";
import { describeError, toErrorReply } from "./reply.ts";

// The half of a call that comes to the worker beside its raw request. Both halves must meet, and the library does not
// see to that: it waits for ever for a request that the host could not forward, which ends with the whole worker killed
// at the function's time-out; and it takes headers and parameters from what the host tells, where the query and the
// members of a JSON body stand in the places that they name.

interface TypedData {
  readonly json?: string;
  readonly string?: string;
  readonly http?: unknown;
}

interface Core {
  readonly invocationId: string;
  readonly metadata: { readonly bindings: Readonly<Record<string, Binding>> };
  readonly request: { triggerMetadata?: Readonly<Record<string, TypedData>> };
}

interface Binding {
  readonly type: string;
  readonly route?: string;
}

interface Arguments {
  readonly context: unknown;
  readonly inputs: unknown[];
}

interface Invocation {
  getArguments(): Promise<Arguments>;
  invokeFunction(context: unknown, inputs: unknown[], handler: (...args: unknown[]) => unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<unknown>;
}

/** What the worker asks of the library, which is the only one who knows how a call of the host becomes one of a handler. */
export interface ProgrammingModel {
  getInvocationModel(core: Core): Invocation | Promise<Invocation>;
}

type Log = Pick<Ports, "ids" | "log">;

/** The host forwards a request before it tells of the call, and tries for some two seconds where it fails. */
const arrivalMsMax = 5_000;

/** Checks every call of the app that is loaded; nothing to check outside of a worker. */
export function checkInvocations(arrivals: Arrivals, ports: Log): void {
  const model = findModel();
  if (model) checkModel(model, arrivals, ports);
}

function findModel(): ProgrammingModel | undefined {
  let core: { readonly getProgrammingModel: () => ProgrammingModel | undefined } | undefined;
  try {
    // The worker answers this name in `require`; there is no package of it.
    core = createRequire(import.meta.url)("@azure/functions-core");
  } catch {
    return undefined;
  }
  const model = core?.getProgrammingModel();
  if (core && !model) throw new Error("Calls can only be checked after @azure/functions was loaded.");
  return model;
}

/** From now on each HTTP call of the model has its own request, or ends with 400 by itself. */
export function checkModel(model: ProgrammingModel, arrivals: Arrivals, ports: Log): void {
  const toInvocation = model.getInvocationModel.bind(model);
  model.getInvocationModel = async (core) => {
    const trigger = Object.values(core.metadata.bindings).find(({ type }) => type.toLowerCase() === "httptrigger");
    const invocation = await toInvocation(core);
    return trigger ? checked(invocation, core, trigger, arrivals, ports) : invocation;
  };
}

function checked(
  invocation: Invocation,
  core: Core,
  trigger: Binding,
  arrivals: Arrivals,
  { ids, log }: Log,
): Invocation {
  const { invocationId } = core;
  let refusal: HttpResponseInit | undefined;
  let hasArrived = true;
  const refuse = (error: DomainError): Arguments => {
    const requestId = ids.random();
    const { status, code } = describeError(error);
    log.info("request.refused", { requestId, status, code, method: "unknown" });
    refusal = toErrorReply(error, requestId);
    // No endpoint will ask for it.
    arrivals.responseOf(invocationId);
    return { context: { invocationId }, inputs: [] };
  };
  return {
    async getArguments() {
      hasArrived = await hasRequest(arrivals, core, trigger, arrivalMsMax);
      if (!hasArrived) {
        // What comes after all is answered by the library, which holds it until then.
        arrivals.whenArrived(invocationId, () => setImmediate(() => void answerLate(invocation, invocationId)));
        return refuse(notArrived());
      }
      return invocation.getArguments().catch(() => refuse(unreadable()));
    },
    async invokeFunction(context, inputs, handler) {
      return refusal ?? invocation.invokeFunction(context, inputs, handler);
    },
    async getResponse(context, result) {
      if (hasArrived || !refusal) return invocation.getResponse(context, result);
      return { invocationId, outputData: [], returnValue: { http: toHostReply(refusal) } };
    },
  };
}

/** Waits for the request of a call, and sets right what the host tells of it. */
async function hasRequest(arrivals: Arrivals, core: Core, trigger: Binding, waitMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // A worker that was held up looks once more at what came meanwhile.
  const timer = setTimeout(() => setImmediate(() => resolve(false)), waitMs);
  arrivals.whenArrived(core.invocationId, ({ req }) => {
    core.request.triggerMetadata = {
      ...declaredParameters(trigger.route ?? "", core.request.triggerMetadata ?? {}),
      Headers: { json: JSON.stringify(req.headers) },
    };
    resolve(true);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The parameters that the route must have, whose values the host takes from the address whatever else is called so. One
 * that may be missing is left out: without it, the query would give its value.
 */
function declaredParameters(
  route: string,
  told: Readonly<Record<string, TypedData>>,
): Readonly<Record<string, TypedData>> {
  const values = new Map(Object.entries(told).map(([name, value]) => [name.toLowerCase(), value]));
  const declared: Record<string, TypedData> = {};
  for (const [, name = ""] of route.matchAll(/\{\*{0,2}(\w+)(?::[^{}]*[^{}?])?\}/g)) {
    const value = values.get(name.toLowerCase());
    if (value) declared[name] = value;
  }
  return declared;
}

async function answerLate(invocation: Invocation, invocationId: string): Promise<void> {
  try {
    await invocation.getArguments();
  } finally {
    await invocation.getResponse({ invocationId }, { status: 400 });
  }
}

function notArrived(): DomainError {
  const detail =
    "The request did not come whole. Header values hold ASCII alone: write anything else percent-encoded, %C3%BC for ü.";
  return new DomainError("invalid", detail);
}

function unreadable(): DomainError {
  return new DomainError(
    "invalid",
    "The request cannot be read: its address, or the host that it names, is malformed.",
  );
}

/** An answer through the host, because the request's own connection is not known. */
function toHostReply({ status = 400, headers, body }: HttpResponseInit): Readonly<Record<string, unknown>> {
  const named = headers instanceof Headers ? Object.fromEntries(headers.entries()) : {};
  return { statusCode: String(status), headers: named, body: { string: typeof body === "string" ? body : "" } };
}
