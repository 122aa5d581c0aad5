import { Badge } from "@fluentui/react-components";
import { CheckmarkCircleFilled, DismissCircleFilled, WarningFilled } from "@fluentui/react-icons";
import { countOf } from "../../parts/figures.ts";
import { PageLink } from "../../parts/PageLink.tsx";
import type { DraftLine } from "./useManifest.ts";

/** The lines of the project that would be made, with what is wrong with each. */
export function ManifestLines({ lines }: { readonly lines: readonly DraftLine[] }) {
  return (
    <ul className="line-cards" aria-label="Entities of the manifest">
      {lines.map((line, index) => (
        // An entity may stand there twice.
        <LineOfManifest key={index} of={line} />
      ))}
    </ul>
  );
}

function LineOfManifest({ of }: { readonly of: DraftLine }) {
  const { entityName, inputFilePath, sourceFormat, isEnabled, line } = of;
  return (
    <li className="panel line-card" aria-label={entityName}>
      <div className="row">
        <State of={of} />
        <h2 className="line-name">
          <bdi>{line?.entity ?? entityName}</bdi>
        </h2>
        {!isEnabled && <Badge appearance="outline">Disabled</Badge>}
      </div>
      <p className="faint wrap">
        <bdi>{inputFilePath}</bdi> · <bdi>{line?.format ?? sourceFormat}</bdi>
        {line && ` · ${orderText(line)} · ${mapText(line)}`}
      </p>
      <Notes of={of} />
    </li>
  );
}

type Line = NonNullable<DraftLine["line"]>;

function orderText({ executionUnit, level, sequence }: Line): string {
  return `unit ${executionUnit}, level ${level}, sequence ${sequence}`;
}

function mapText({ fieldMap, stylesheets = [] }: Line): string {
  const map = fieldMap ? `${countOf(fieldMap.length, "field")} mapped` : "columns by name";
  return stylesheets.length > 0 ? `${map} · ${countOf(stylesheets.length, "stylesheet")}` : map;
}

function State({ of: { problems, warnings } }: { readonly of: DraftLine }) {
  if (problems.length > 0) return <DismissCircleFilled className="bad" aria-label="Has problems" />;
  if (warnings.length > 0) return <WarningFilled className="fair" aria-label="With warnings" />;
  return <CheckmarkCircleFilled className="good" aria-label="Can be made" />;
}

function Notes({ of: { problems, warnings } }: { readonly of: DraftLine }) {
  if (problems.length + warnings.length === 0) return null;
  const lacksEntity = problems.some(({ member }) => member === "EntityName");
  return (
    <ul className="said">
      {problems.map(({ member, message }) => (
        <li key={`${member} ${message}`} className="prose problem">
          {message}
        </li>
      ))}
      {lacksEntity && (
        <li>
          <PageLink to="/entities/new">New data entity</PageLink>
        </li>
      )}
      {warnings.map(({ member, message }) => (
        <li key={`${member} ${message}`} className="prose">
          <code className="wrap">{member}</code> {message}
        </li>
      ))}
    </ul>
  );
}
