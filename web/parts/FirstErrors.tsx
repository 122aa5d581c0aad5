import type { Schemas } from "../api/api.ts";
import { countText } from "./figures.ts";
import { LongText } from "./LongText.tsx";

type EntityExecution = Schemas["EntityExecution"];

/** The first records of an entity that a run refused, each with its line. */
export function FirstErrors({ entity: { entity, firstErrors, failed } }: { readonly entity: EntityExecution }) {
  if (firstErrors.length === 0) return null;
  return (
    <section className="panel" aria-label={`Errors of ${entity}`}>
      <h2 className="card-title">
        <bdi>{entity}</bdi>: {failed > firstErrors.length ? "the first errors" : "errors"}
      </h2>
      <div className="wide" tabIndex={0} role="region" aria-label={`Errors of ${entity} by line`}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col" className="number">
                Line
              </th>
              <th scope="col">Field</th>
              <th scope="col">Code</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {firstErrors.map(({ line, place, field, code, message }, index) => (
              // Several errors may be in one row.
              <tr key={index}>
                <td className="number">{place ?? countText(line)}</td>
                <td>
                  <code>{field}</code>
                </td>
                <td>{code}</td>
                <td>
                  <LongText text={message} what="What is wrong" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
