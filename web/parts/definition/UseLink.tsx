import { PageLink } from "../PageLink.tsx";
import { referenceView } from "./referenceView.ts";
import type { Use } from "./useUses.ts";

/** To a definition that uses another one. */
export function UseLink({ kind, name, activityId }: Use) {
  return (
    <PageLink to={referenceView(kind, activityId ?? name)}>
      <bdi>{name}</bdi>
    </PageLink>
  );
}
