import { UsageError } from "../exitCodes.ts";
import type { Surroundings } from "../surroundings.ts";
import type { MeantStorage } from "./whichStorage.ts";

const setting = "RetentionDays";

/**
 * Throws unless it is said how long messages are kept where others than this machine's are mended: by the default,
 * everything would go that a service keeps for longer.
 */
export function requireKnownRetention(
  { isLocal, name }: Pick<MeantStorage, "isLocal" | "name">,
  { env }: Pick<Surroundings, "env">,
): void {
  if (isLocal || (env[setting] ?? "").trim() !== "") return;
  throw new UsageError(
    `--repair removes what is past its retention. Set ${setting} as the service of ${name} has it; without it, 7 would count.`,
  );
}
