import type { Schemas } from "../../api/api.ts";
import { Time } from "../Time.tsx";

type Facts = Pick<Schemas["Entity"], "version" | "savedAt" | "savedBy" | "savedByPerson">;

/** Which version this is, and who made it. */
export function SavedBy({ version, savedAt, savedBy, savedByPerson }: Facts) {
  if (savedAt === undefined) return <span className="faint">Built in</span>;
  return (
    <span>
      Version {version}, saved by <bdi className="wrap">{savedByPerson?.name ?? savedBy}</bdi> <Time at={savedAt} />.
    </span>
  );
}
