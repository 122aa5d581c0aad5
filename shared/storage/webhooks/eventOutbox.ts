import type { EventOutbox, StoredEvent } from "../../ports/webhooks.ts";
import type { Ground } from "../ground/ground.ts";
import { tableNames } from "../ground/names.ts";
import type { OpenJobs } from "../messages/openJobs.ts";
import { eventKeys, toStoredEvent } from "../rows/eventRows.ts";
import { firstRows } from "../rows/rowPages.ts";
import { removeRowGroups } from "../rows/removeRows.ts";

/** The tables in whose transactions events come to be. */
const tables = [tableNames.messages, tableNames.occurrences];

export function eventOutbox(ground: Ground, jobs: OpenJobs): EventOutbox {
  return {
    async list(activityId, limit) {
      const found = await Promise.all(tables.map((name) => listIn(ground, name, activityId, limit)));
      return found.flat().toSorted((one, other) => one.event.at - other.event.at);
    },
    async remove(activityId, events) {
      for (const name of tables) {
        const places = events.filter(({ place }) => place.startsWith(`${name}/`));
        const removals = places.map(({ place }) => {
          return [{ kind: "remove", rowKey: place.slice(name.length + 1) } as const];
        });
        await removeRowGroups(ground.table(name), activityId, removals);
      }
    },
    listJobs: (page) => jobs.list(page),
    forgetJob: (job) => jobs.forget(job),
  };
}

async function listIn(ground: Ground, name: string, activityId: string, limit: number): Promise<StoredEvent[]> {
  const rows = await firstRows(ground.table(name), activityId, eventKeys, limit);
  return rows.map((row) => toStoredEvent(name, row));
}
