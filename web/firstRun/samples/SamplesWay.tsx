import { Badge, Button } from "@fluentui/react-components";
import { Answered } from "../../parts/Answered.tsx";
import { definitionView } from "../../parts/definition/kind.ts";
import { Failure } from "../../parts/Failure.tsx";
import { PageLink } from "../../parts/PageLink.tsx";
import { type Sample, useSamples } from "./useSamples.ts";

const looks = {
  absent: ["subtle", "Not here yet"],
  made: ["success", "Made"],
  same: ["success", "Here already, and the same"],
  other: ["warning", "Here already, but different: it stays as it is"],
} as const;

/** Entities of Dynamics 365 that most begin with: those that lack are made, and none is changed. */
export function SamplesWay() {
  const { query, samples, absent, load } = useSamples();
  return (
    <section className="panel" aria-label="Load the sample entities">
      <p>
        Some entities of Dynamics 365 with their main fields, by the names that packages and files know them by. Each is
        yours to change. One that is here already is left as it is.
      </p>
      <Answered query={query} what="the entities">
        {() => (
          <>
            <ul className="samples" aria-label="Sample entities">
              {samples.map((sample) => (
                <SampleLine key={sample.entity.name} sample={sample} />
              ))}
            </ul>
            {load.error && <Failure error={load.error} what="Not all of them are made; those that are stay" />}
            <div className="row part-end">
              <Button
                appearance="primary"
                disabledFocusable={absent.length === 0 || load.isPending}
                onClick={() => load.mutate(undefined)}
              >
                {load.isPending ? "Making them …" : "Load the sample entities"}
              </Button>
              <span role="status">{absent.length === 0 && "All of them are here."}</span>
              {absent.length === 0 && <PageLink to="/start">Drop a file for one of them</PageLink>}
            </div>
          </>
        )}
      </Answered>
    </section>
  );
}

function SampleLine({ sample: { entity, state, differences } }: { readonly sample: Sample }) {
  const [color, words] = looks[state];
  return (
    <li>
      <div className="row">
        {state === "absent" ? (
          <strong>{entity.name}</strong>
        ) : (
          <PageLink to={definitionView("entities", entity.name)}>{entity.name}</PageLink>
        )}
        <Badge appearance="tint" color={color}>
          {words}
        </Badge>
      </div>
      <div className="faint wrap">{entity.fields.map(({ name }) => name).join(", ")}</div>
      {differences.length > 0 && <div className="wrap">Differs in: {differences.join(", ")}</div>}
    </li>
  );
}
