import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { countOf, countText } from "../../parts/figures.ts";
import type { Tried } from "./useTryOut.ts";

const pageNames: Readonly<Record<number, string>> = { 65001: "UTF-8", 1200: "UTF-16", 1201: "UTF-16 (big-endian)" };

/** How the file was read, and what is wrong with it. */
export function TriedFacts({ tried }: { readonly tried: Tried }) {
  const { errors, warnings, rowsRead, rowsWithProblems, isWhole } = tried;
  return (
    <>
      {errors.map(({ code, message, line }) => (
        <MessageBar key={`${code} ${message}`} intent="error" layout="multiline">
          <MessageBarBody className="prose">
            <MessageBarTitle>{line === undefined ? "The file cannot be imported" : `Line ${line}`}</MessageBarTitle>{" "}
            {message}
          </MessageBarBody>
        </MessageBar>
      ))}
      {warnings.map((warning) => (
        <MessageBar key={warning} intent="warning" layout="multiline">
          <MessageBarBody className="prose">{warning}</MessageBarBody>
        </MessageBar>
      ))}
      <p role="status">
        {isWhole ? countOf(rowsRead, "row") : `The first ${countText(rowsRead)} rows`}
        {rowsWithProblems > 0 ? `, ${countText(rowsWithProblems)} with problems` : ", none with problems"}.{" "}
        {encodingText(tried.encoding)}
      </p>
      <FurtherProblems tried={tried} />
    </>
  );
}

function encodingText(encoding: Tried["encoding"]): string {
  if (!encoding) return "";
  const { codePage, isShownByFile } = encoding;
  const name = pageNames[codePage];
  const page = name === undefined ? `code page ${codePage}` : `${name} (code page ${codePage})`;
  return `Read as ${page}, as the ${isShownByFile ? "file itself" : "format"} says.`;
}

/** Of rows behind those that are shown. */
function FurtherProblems({ tried: { problems, rows } }: { readonly tried: Tried }) {
  const last = rows.at(-1);
  const lastLine = last?.place?.line ?? last?.line ?? 0;
  const further = problems.filter(({ line }) => line > lastLine);
  if (further.length === 0) return null;
  return (
    <details>
      <summary>Problems of further rows</summary>
      <ul className="tried-problems">
        {further.map(({ line, column, field, code, message }, index) => (
          <li key={index} className="prose">
            {[`Line ${line}`, column ?? field].filter(Boolean).join(", ")}: {message} <code>{code}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
