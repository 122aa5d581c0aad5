import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { Sampled } from "./useFileLine.ts";

/** What the service found in a sample, entity by entity. */
export function SampleResult({ sampled }: { readonly sampled: Sampled }) {
  return sampled.lines.map(({ entity, fileName, isSaved, isValid, errors, warnings }) => (
    <MessageBar key={entity} intent={isValid ? "warning" : "error"} layout="multiline" className="sample-result">
      <MessageBarBody>
        <MessageBarTitle>
          <bdi>{entity}</bdi>: <bdi>{fileName}</bdi>
        </MessageBarTitle>{" "}
        {isSaved ? "" : "No line of the project could be made of it."}
        <ul>
          {errors.map(({ field, column, code, message, line, count }) => (
            <li key={`${field} ${column} ${code} ${message}`} className="prose">
              {[line !== undefined && `Line ${line}`, column ?? field].filter(Boolean).join(", ")} {message}
              {count > 1 && ` (${count} rows)`}
            </li>
          ))}
          {warnings.map((warning) => (
            <li key={warning} className="prose">
              {warning}
            </li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  ));
}
