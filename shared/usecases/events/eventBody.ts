import type { Delivery } from "../../domain/delivery.ts";
import type { ServiceEvent } from "../../domain/serviceEvent.ts";

/** The body that Standard Webhooks recommends. */
export function standardBody({ event }: Delivery): string {
  const { type, at } = event;
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: dataOf(event) });
}

/** A CloudEvent in structured JSON. */
export function cloudEventBody({ id, event }: Delivery): string {
  const { type, at, activityId } = event;
  const source = activityId === undefined ? "/recurring-integrations" : `/recurring-integrations/jobs/${activityId}`;
  const { messageId } = event.data;
  return JSON.stringify({
    specversion: "1.0",
    id,
    source,
    type: `recurring-integrations.${type}`,
    time: new Date(at).toISOString(),
    ...(messageId !== undefined && { subject: `messages/${messageId}` }),
    datacontenttype: "application/json",
    data: dataOf(event),
  });
}

/** With the activity id as clients are configured with it. */
function dataOf({ activityId, data }: ServiceEvent): object {
  return activityId === undefined ? data : { activityId: `{${activityId.toUpperCase()}}`, ...data };
}
