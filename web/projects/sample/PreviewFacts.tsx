import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import { countText } from "../../parts/figures.ts";

type Preview = Schemas["Preview"];

/** What an import of the file would come to. */
export function PreviewFacts({ preview }: { readonly preview: Preview }) {
  const { errors, warnings, counts, rowsChecked, isWhole } = preview;
  const said = [
    ["created", counts.created],
    ["updated", counts.updated],
    ["unchanged", counts.unchanged],
    ["rejected", counts.rejected],
    ["not compared", counts.notCompared],
  ] as const;
  return (
    <>
      {errors.map(({ field, code, message, line }) => (
        <MessageBar key={`${field} ${code} ${message}`} intent="error" layout="multiline">
          <MessageBarBody className="prose">
            <MessageBarTitle>Nothing would be imported</MessageBarTitle>{" "}
            {[line !== undefined && `Line ${line}`, field].filter(Boolean).join(", ")} {message}
          </MessageBarBody>
        </MessageBar>
      ))}
      {warnings.map((warning) => (
        <MessageBar key={warning} intent="warning" layout="multiline">
          <MessageBarBody className="prose">{warning}</MessageBarBody>
        </MessageBar>
      ))}
      <p>
        Of {isWhole ? "" : "the first "}
        {countText(rowsChecked)} rows:{" "}
        {said
          .filter(([name, count]) => count > 0 || name === "created")
          .map(([name, count]) => `${countText(count)} ${name}`)
          .join(", ")}
        .
      </p>
    </>
  );
}
