// The composition root: the only file that joins ports to storage and auth. Missing configuration throws here, while the
// app loads, so that it refuses to start.
import type {
  HttpFunctionOptions,
  HttpHandler,
  HttpMethod,
  HttpResponseInit,
  StorageQueueHandler,
  TimerHandler,
} from "@azure/functions";
import { authorityOf } from "./auth/authority.ts";
import { createTokenVerifier } from "./auth/entraToken.ts";
import { createSigningKeys, fetchKeySet } from "./auth/signingKeys.ts";
import { type Config, readConfig } from "./config.ts";
import { watchArrivals } from "./http/arrivals.ts";
import { createEndpoints } from "./http/endpoint.ts";
import { checkInvocations } from "./http/invocations.ts";
import { type ConnectorHandler, connectorEndpoint, connectorRoutes } from "./http/connectorCall.ts";
import { type ManageHandlers, manageEndpoint } from "./http/manageCall.ts";
import { routeOf } from "./http/manageRoutes.ts";
import { odataEndpoint, odataRoutes } from "./http/odata/call.ts";
import { toODataErrorReply } from "./http/odata/reply.ts";
import { isApiAddress, toPageReply } from "./http/page.ts";
import { pageFilesOf } from "./http/pageFiles.ts";
import { type ServedRoute, findStrayTarget } from "./http/stray.ts";
import { publicBaseUrl, type ServiceRequest } from "./http/request.ts";
import { watchReadiness } from "./http/readiness.ts";
import { accountOf, tokensOf } from "./identity.ts";
import { startPace } from "./ports/pace.ts";
import { slotsOf } from "./ports/slots.ts";
import type { Ports } from "./ports.ts";
import type { Work } from "./ports/workQueue.ts";
import { azureGround } from "./storage/ground/azure/azureGround.ts";
import { blobEntityStore } from "./storage/entityStore/blobEntityStore.ts";
import { containerNames } from "./storage/ground/names.ts";
import { workerTransformer } from "./xslt/workerTransformer.ts";
import { stagedRowStores } from "./storage/entityStore/stagedRowStores.ts";
import { blobStaging } from "./storage/staging/blobStaging.ts";
import { localSpills } from "./storage/staging/localSpills.ts";
import { storageNeeds } from "./storage/needs.ts";
import { storagePorts } from "./storage/storagePorts.ts";
import { makeWorkQueues, parseWork } from "./storage/messages/workQueue.ts";
import { createCourier } from "./courier/courier.ts";
import { giveHeapRoom } from "./system/heapRoom.ts";
import { systemIds } from "./system/ids.ts";
import { startTelemetry } from "./system/startTelemetry.ts";
import { requestOperation, tickDelayMs, tickOperation, workOperation } from "./system/telemetry.ts";

/** Of the workers of this process, those that may call webhooks at a time. */
const deliveriesAtOnce = 2;

giveHeapRoom();
const config = readConfig(process.env);
const authority = authorityOf(config);
const telemetry = await startTelemetry(config.telemetry, instanceNames(process.env));
const account = accountOf(config.storage);
const ground = azureGround(account);
const ports = composePorts(config);
const tokenFor = tokensOf(config.storage);
const keys = createSigningKeys(() => fetchKeySet(authority.keysUrl), Date.now);
const arrivals = watchArrivals();
const endpoints = createEndpoints({
  ports,
  verify: createVerifier(config),
  places: config.places,
  uploadPace: config.uploadPace,
  stalledMsMax: config.stalledReaderMs,
  responseOf: arrivals.responseOf,
  during: (context, request, run) => telemetry.during(context, requestOperation(context, request), run),
});

type Registration = readonly [name: string, options: HttpFunctionOptions];

/** Every route that was handed out for registration, but the page's and the last one. */
const served: ServedRoute[] = [];
const page: ServedRoute[] = [];

function serve(name: string, route: ServedRoute): Registration {
  served.push(route);
  // Clients send no function key.
  return [name, { ...route, methods: [...route.methods], authLevel: "anonymous" }];
}

/** What `app.http` takes for each handler of the connector: any caller with a valid token, and the job's list decides. */
export function connectorFunctions(handlers: Readonly<Record<string, ConnectorHandler>>): readonly Registration[] {
  return Object.entries(handlers).flatMap(([name, connectorHandler]) => {
    const handler = endpoints.forCallers("client", connectorEndpoint(connectorHandler, ports, config.publicBaseUrl));
    return connectorRoutes(name).map(({ name, methods, route }) => serve(name, { methods, route, handler }));
  });
}

/** What `app.http` takes for each handler of the management API, by the name that the route table knows it under. */
export function manageFunctions(handlers: ManageHandlers): readonly Registration[] {
  return Object.entries(handlers).map(([name, handler]) => {
    const { method, path, answer } = routeOf(name);
    // Whoever fetches a file may ask for its length first.
    const methods: HttpMethod[] = answer === "file" ? [method, "HEAD"] : [method];
    const checked = manageEndpoint(name, handler, ports, config.publicBaseUrl);
    return serve(name, { methods, route: path, handler: endpoints.forCallers("manager", checked) });
  });
}

/** What `app.http` takes for the entities that are served as OData. */
export function odataFunctions(): readonly Registration[] {
  return odataRoutes.map((odata) => {
    const checked = odataEndpoint(odata, ports, config.publicBaseUrl);
    const handler = endpoints.forCallers("client", checked, toODataErrorReply);
    return serve(odata.name, { methods: odata.methods, route: odata.route, handler });
  });
}

/** A route for anybody, which shows nothing of any store. */
export function anonymousFunction(
  name: string,
  route: string,
  handler: (request: ServiceRequest) => Promise<HttpResponseInit>,
): Registration {
  return serve(name, { methods: ["GET"], route, handler: endpoints.forAnybody(handler) });
}

/** A route for those who ask whether the instance lives. */
export function probeFunction(name: string, route: string, handler: () => Promise<HttpResponseInit>): Registration {
  return serve(name, { methods: ["GET", "HEAD"], route, handler: endpoints.forProbes(handler) });
}

/** Whether the service can do its work, by few and short tries, so that a storage that hangs is told of in time. */
export const askReady = watchReadiness(ports, {
  ...storageNeeds(azureGround(account, { triesMax: 2, tryTimeoutMs: 2_000, retryDelayMs: 100 })),
  keys: keys.requireUsable,
});

/** Answers what the host finds no other route for. */
export const answerStray: HttpHandler = (request, context) => {
  try {
    const meant = isApiAddress(request.url) ? served : [...served, ...page];
    const { handler, params } = findStrayTarget(meant, request);
    return handler(Object.assign(request, { params }), context);
  } catch (error) {
    return endpoints.forAnybody(() => Promise.reject(error))(request, context);
  }
};

/** What the management page must know before anybody has signed in. */
export const { signIn } = authority;

/** The page, and for its addresses that are the API's after all what the host found no route for. */
export function pageFunction(name: string, route: string): Registration {
  const files = pageFilesOf(pageFolder());
  const signInOrigin = new URL(signIn.issuer).origin;
  const answerPage = endpoints.forAnybody((request) => toPageReply(request, files, signInOrigin));
  const methods: HttpMethod[] = ["GET", "HEAD"];
  page.push({ route, methods, handler: answerPage });
  const handler: HttpHandler = (request, context) =>
    (isApiAddress(request.url) ? answerStray : answerPage)(request, context);
  return [name, { methods, route, authLevel: "anonymous", handler }];
}

/** In the built app the page is a folder beside its chunks. */
function pageFolder(): URL {
  return new URL(import.meta.url.endsWith(".js") ? "../web/" : "../dist/web/", import.meta.url);
}

/** Scheme and host under which the caller reaches the service, for the links in replies. */
export function publicBaseUrlOf(request: ServiceRequest): string {
  return publicBaseUrl(request, config.publicBaseUrl);
}

export function onWork(run: (ports: Ports, work: Work) => Promise<void>): StorageQueueHandler {
  return async (item, context) => {
    const work = parseWork(toText(item));
    await telemetry.during(context, workOperation(context, work), () => run(ports, work));
  };
}

export function onTimer(run: (ports: Ports) => Promise<unknown>): TimerHandler {
  return (timer, context) => {
    const tick = context.functionName;
    const delayMs = tickDelayMs(timer, ports.clock.now());
    return telemetry.during(context, tickOperation(context), async () => {
      await run(ports);
      ports.log.info("tick.ran", { tick, delayMs, ...(ports.settings.isDraining && { isDraining: true }) });
    });
  };
}

/** From now on no call waits for a request that does not come. For when the functions library is loaded. */
export function checkCalls(): void {
  checkInvocations(arrivals, ports);
}

/** Does not keep the start waiting, which goes on without the storage; whoever sends work makes its queue as well. */
export function makeQueues(): void {
  makeWorkQueues(ground).catch(() => undefined);
}

/** Sends the telemetry that is still here, before the instance goes. */
export function stopTelemetry(): Promise<void> {
  return telemetry.stop();
}

/** The host hands a message that is JSON over as an object. */
function toText(item: unknown): string {
  return typeof item === "string" ? item : JSON.stringify(item);
}

function composePorts({ settings, stylesheets, linesSideBySide, webhookLocalTargets }: Config): Ports {
  const clock = { now: Date.now };
  return {
    ...storagePorts(ground),
    clock,
    ids: systemIds(clock),
    log: telemetry.log,
    settings,
    startPace,
    lineSlots: slotsOf(linesSideBySide - 1),
    deliverySlots: slotsOf(deliveriesAtOnce),
    courier: createCourier({
      mayBeLocal: webhookLocalTargets,
      eventGridToken: () => tokenFor("https://eventgrid.azure.net/.default"),
    }),
    entities: blobEntityStore(ground.blobs(containerNames.entities)),
    staging: blobStaging(ground.blobs(containerNames.staging), { local: localSpills({ refused: noteRefusal }) }),
    stagedRows: stagedRowStores(ground.blobs(containerNames.staging)),
    transformer: workerTransformer(stylesheets),
  };
}

function noteRefusal(reason: unknown): void {
  telemetry.log.warn("disk.refused", { reason: reason instanceof Error ? reason.message : String(reason) });
}

/** The host names itself so; what the service sends appears beside what the host sends. */
function instanceNames(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const { WEBSITE_SITE_NAME: name, WEBSITE_INSTANCE_ID: instance } = environment;
  return { ...(name && { "service.name": name }), ...(instance && { "service.instance.id": instance }) };
}

function createVerifier({ tenantId, apiClientId, publicBaseUrl: baseUrl }: Config) {
  return createTokenVerifier({
    tenantId,
    audiences: [apiClientId, `api://${apiClientId}`, ...(baseUrl ? [baseUrl] : [])],
    issuers: authority.issuers,
    keys,
    clock: Date.now,
    clockToleranceMs: 5 * 60_000,
    cacheMax: 1000,
  });
}
