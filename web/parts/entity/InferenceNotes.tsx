import type { Inference } from "./useInference.ts";

interface Props {
  readonly inference: Inference;
  readonly fileName: string;
}

/** What was seen in a file, and why it became what it did. */
export function InferenceNotes({
  inference: { rowsRead, isWhole, rowsUnusable, warnings, key, columns },
  fileName,
}: Props) {
  return (
    <div className="inference">
      <p>
        <bdi className="wrap">{fileName}</bdi>: {rowsRead} {rowsRead === 1 ? "row" : "rows"} looked at
        {isWhole ? "" : ", and there are more"}
        {rowsUnusable > 0 && `; ${rowsUnusable} of others do not fit`}. Key:{" "}
        <bdi>{key.fields.join(", ") || "none"}</bdi>. <span className="prose">{key.reason}</span>
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="prose">
          {warning}
        </p>
      ))}
      <details>
        <summary>Why each column became what it is</summary>
        <dl className="pairs">
          {columns.map(({ column, field, type, reason }) => (
            <div key={field} className="pair">
              <dt>
                <bdi>{column}</bdi>
              </dt>
              <dd>
                <bdi>{field}</bdi>, {type}: <span className="prose">{reason}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
