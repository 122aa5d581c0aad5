import type { HttpMethod, HttpResponseInit } from "@azure/functions";
import type { Caller } from "../domain/caller.ts";
import type { Ports } from "../ports.ts";
import type { CallerHandler } from "./endpoint.ts";
import { requireApplication } from "../usecases/access/authorizeJob.ts";
import { publicBaseUrl, requireGuid, type ServiceRequest } from "./request.ts";

/** Every function of the connector; its route begins with the action and the job, and counts behind a language as well. */
const connectorActions: Readonly<Record<string, readonly [path: string, ...methods: HttpMethod[]]>> = {
  connectorEnqueue: ["enqueue/{activityId}", "POST"],
  connectorJobStatus: ["jobstatus/{activityId}", "GET"],
  connectorDequeue: ["dequeue/{activityId}", "GET"],
  connectorDequeueAlias: ["enqueue/{activityId}", "GET"],
  connectorDownload: ["download/{activityId}", "GET", "HEAD"],
  connectorAck: ["ack/{activityId}", "POST"],
  connectorReserveUpload: ["uploads/{activityId}", "POST"],
  connectorGetUpload: ["uploads/{activityId}/{uploadId}", "GET"],
  connectorCommitUpload: ["uploads/{activityId}/{uploadId}/commit", "POST"],
  connectorAbandonUpload: ["uploads/{activityId}/{uploadId}", "DELETE"],
};

/** One call to a job. Nothing is known yet of the job, nor whether the caller may use it. */
export interface ConnectorCall {
  readonly ports: Ports;
  readonly request: ServiceRequest;
  readonly caller: Caller;
  readonly requestId: string;
  readonly activityId: string;
  /** Scheme and host under which the caller reaches the service, for the links in replies. */
  readonly baseUrl: string;
}

export type ConnectorHandler = (call: ConnectorCall) => Promise<HttpResponseInit>;

export interface ConnectorRoute {
  readonly name: string;
  readonly methods: HttpMethod[];
  readonly route: string;
}

/** The routes of a function: its own, and the one behind a language, as clients are configured with either. */
export function connectorRoutes(name: string): readonly ConnectorRoute[] {
  const known = connectorActions[name];
  if (!known) throw new Error(`There is no route of the connector for function ${name}.`);
  const [path, ...methods] = known;
  const route = `api/connector/${path}`;
  return [
    { name, methods, route },
    { name: `${name}Localized`, methods, route: `{language}/${route}` },
  ];
}

/** The handler behind what all routes of the connector read alike. */
export function connectorEndpoint(
  handler: ConnectorHandler,
  ports: Ports,
  configuredBaseUrl: string | undefined,
): CallerHandler {
  return async (request, caller, requestId) => {
    const activityId = requireGuid(request.params["activityId"], "activity id");
    await requireApplication(ports, caller, activityId);
    const baseUrl = publicBaseUrl(request, configuredBaseUrl);
    return handler({ ports, request, caller, requestId, activityId, baseUrl });
  };
}
