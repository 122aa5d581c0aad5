import type { OpenMessage } from "../../domain/standing.ts";
import type { Ports } from "../../ports.ts";

/** Open messages of one job that are looked at. */
const openMax = 5000;

export interface OpenWish {
  /** Only those that stand so. */
  readonly standing?: OpenMessage["standing"];
  /** Only those that have stood so since before then. */
  readonly before?: number;
}

/** What a job has open and somebody means. */
export async function listOpen(ports: Ports, activityId: string, wish: OpenWish): Promise<readonly OpenMessage[]> {
  return (await ports.openMessages.list(activityId, openMax)).filter((message) => isMeant(message, wish));
}

function isMeant({ standing, since }: OpenMessage, wish: OpenWish): boolean {
  if (wish.standing !== undefined && standing !== wish.standing) return false;
  return wish.before === undefined || since < wish.before;
}
