import type { Courier, CourierRequest } from "../../shared/ports/webhooks.ts";

/** Reaches nobody. */
export const noCourier: Courier = {
  mayBeLocal: true,
  post: () => Promise.resolve({ failure: "Nothing listens there." }),
  eventGridToken: () => Promise.resolve("token of the service"),
};

/** What receivers took, by what the processes of one run have in common. */
const takenBy = new WeakMap<object, CourierRequest[]>();

export function takenOf(run: object): CourierRequest[] {
  const taken = takenBy.get(run) ?? [];
  takenBy.set(run, taken);
  return taken;
}

/** Calls a receiver that takes nothing the first time that it hears of it, as one that is being restarted. */
export function hesitantCourier(run: object): Courier {
  const heard = new Set<string>();
  return {
    ...noCourier,
    post: (request) => {
      const id = request.headers["webhook-id"] ?? "";
      if (!heard.has(id)) {
        heard.add(id);
        return Promise.resolve({ status: 503 });
      }
      takenOf(run).push(request);
      return Promise.resolve({ status: 204 });
    },
  };
}
