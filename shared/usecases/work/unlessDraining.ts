import type { Ports } from "../../ports.ts";

/** What a tick does, and nothing while its host drains: due times stay due, and are made up for as after a stop. */
export function unlessDraining(run: (ports: Ports) => Promise<unknown>): (ports: Ports) => Promise<unknown> {
  return async (ports) => (ports.settings.isDraining ? undefined : run(ports));
}
