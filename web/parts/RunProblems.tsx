import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { Schemas } from "../api/api.ts";
import { countOf } from "./figures.ts";
import { LongText } from "./LongText.tsx";

const charactersMax = 1_000;

/** Why a run ended early, and what it warned of. */
export function RunProblems({
  execution: { failure, warnings },
}: {
  readonly execution: Pick<Schemas["Execution"], "failure" | "warnings">;
}) {
  return (
    <>
      {failure !== undefined && (
        <MessageBar intent="error" layout="multiline" className="failure">
          <MessageBarBody>
            <MessageBarTitle>The run ended early</MessageBarTitle>{" "}
            <LongText text={failure} what="Why the run ended early" charactersMax={charactersMax} />
          </MessageBarBody>
        </MessageBar>
      )}
      {warnings.length > 0 && (
        <MessageBar intent="warning" layout="multiline" className="failure">
          <MessageBarBody>
            <MessageBarTitle>{countOf(warnings.length, "warning")}</MessageBarTitle>
            <ul>
              {warnings.map((warning) => (
                <li key={warning}>
                  <LongText text={warning} what="Warning" charactersMax={charactersMax} />
                </li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}
