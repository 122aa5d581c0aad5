import { Badge } from "@fluentui/react-components";
import type { Schemas } from "../api/api.ts";
import { LongText } from "./LongText.tsx";

const kinds = { added: "Added", removed: "Removed", changed: "Changed", reordered: "Order" } as const;

/** What one version of a definition has otherwise than another: where, before and after. */
export function VersionChanges({ of: { changes, since, hasMore } }: { readonly of: Schemas["DefinitionChanges"] }) {
  if (since === undefined) return <p>It is the first version.</p>;
  if (changes.length === 0) return <p>It says the same as version {since}.</p>;
  return (
    <div className="wide" role="region" aria-label="Changes" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Where</th>
            <th scope="col">Version {since}</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ kind, pointer, path, before, after, isCut }) => (
            <tr key={`${kind} ${pointer}`}>
              <td>
                <Badge appearance="tint">{kinds[kind]}</Badge>
              </td>
              <td className="wrap">{path}</td>
              <td>{before !== undefined && <LongText text={before} what={path} />}</td>
              <td>
                {after !== undefined && <LongText text={after} what={path} />}
                {isCut && <span className="faint"> It is longer than is shown.</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasMore && <p className="faint">There are more changes than are shown.</p>}
    </div>
  );
}
