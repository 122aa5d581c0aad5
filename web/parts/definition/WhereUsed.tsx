import type { ReactNode } from "react";
import { Answered } from "../Answered.tsx";
import { type Column, DataTable } from "../DataTable.tsx";
import { Empty } from "../Empty.tsx";
import { Freshness } from "../Freshness.tsx";
import { PageLink, viewOf } from "../PageLink.tsx";
import { UseLink } from "./UseLink.tsx";
import { type Use, type Used, useKinds, useUses } from "./useUses.ts";

type Place = Use["places"][number];

const placesShown = 10;

/** Where a project tells how it uses something in a line. */
const panels: Readonly<Partial<Record<Place["role"], string>>> = { stylesheet: "?tab=transformations" };

const columns: readonly Column<Use>[] = [
  { name: "Used by", width: "minmax(12rem, 1fr)", cell: (use) => <UseLink {...use} /> },
  { name: "What it is", width: "11rem", cell: ({ kind }) => useKinds[kind] },
  { name: "Where", width: "minmax(16rem, 2fr)", cell: (use) => <Places of={use} /> },
];

function Places({ of: { name, places, placeCount } }: { readonly of: Use }) {
  const shown = places.slice(0, placesShown);
  return (
    <>
      {shown.map((place) => (
        <div key={place.path}>{placeText(place, name)}</div>
      ))}
      {placeCount > shown.length && <div className="faint">and {placeCount - shown.length} more places</div>}
    </>
  );
}

function placeText(place: Place, project: string): ReactNode {
  const { role, line = "", field } = place;
  const lineLink = (
    <PageLink to={`${viewOf("projects", project, "lines", line)}${panels[role] ?? ""}`}>
      <bdi>{line}</bdi>
    </PageLink>
  );
  switch (role) {
    case "line":
      return <>Moves it in the line {lineLink}</>;
    case "format":
      return <>Source data format of {lineLink}</>;
    case "stylesheet":
      return <>Transformation of {lineLink}</>;
    case "child":
      return "Its records are parts of records there";
    case "parent":
      return "Records there are parts of its records";
    case "lookup":
      return <>Values of {fieldName(field)} are keys of it</>;
    case "numberSequence":
      return <>It numbers {fieldName(field)}</>;
    case "project":
      return "Runs it";
    case "job":
      return "Tells of it";
  }
}

function fieldName(field: string | undefined): ReactNode {
  return <bdi>{field}</bdi>;
}

/** The definitions that use this one, and where in them. */
export function WhereUsed(used: Used) {
  const { query, items, more, hasMore } = useUses(used);
  return (
    <Answered query={query} what="where it is used">
      {() => (
        <>
          <Freshness of={query} />
          <DataTable
            label="Where used"
            columns={columns}
            rows={items}
            keyOf={({ kind, name, activityId = "" }) => `${kind} ${name} ${activityId}`}
            more={more}
            hasMore={hasMore}
            empty={<Empty title="Nothing uses it">What names it is shown here, with each place.</Empty>}
          />
        </>
      )}
    </Answered>
  );
}
