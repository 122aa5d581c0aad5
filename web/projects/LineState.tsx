import { CheckmarkCircleFilled, CircleRegular, DismissCircleFilled, WarningFilled } from "@fluentui/react-icons";
import type { Line } from "../parts/project.ts";
import type { RunOfEntity } from "./useLastRun.ts";

interface Props {
  readonly line: Line;
  readonly run: RunOfEntity | undefined;
}

/** Red cross, yellow triangle or green, by the definition where it is wrong and by the last run otherwise. */
export function LineState({ line: { validation, sample }, run }: Props) {
  if (validation?.status === "errors" || sample?.isValid === false) {
    return <DismissCircleFilled className="bad" aria-label="Has errors" />;
  }
  if (run) return <RunState run={run} />;
  if (validation?.status === "warnings") return <WarningFilled className="fair" aria-label="Has warnings" />;
  return <CircleRegular aria-label="Did not run yet" />;
}

function RunState({ run: { entity } }: { readonly run: RunOfEntity }) {
  const { status, failed, unprocessed } = entity;
  if (status === "error" || status === "notRun") return <DismissCircleFilled className="bad" aria-label="Failed" />;
  if (failed > 0 || unprocessed > 0) return <WarningFilled className="fair" aria-label="Processed with errors" />;
  if (status === "finished") return <CheckmarkCircleFilled className="good" aria-label="Processed" />;
  return <CircleRegular aria-label={status === "staged" ? "Waits in staging" : "Goes on"} />;
}
