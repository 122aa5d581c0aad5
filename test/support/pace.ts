import { type Pace, type StartPace, paceBy } from "../../shared/ports/pace.ts";

/** Time stands still, so no stretch is ever over. */
export const withoutRest: StartPace = paceBy(() => 0);

export const noPace: Pace = withoutRest();
