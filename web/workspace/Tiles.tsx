import type { ReactNode } from "react";
import type { Schemas } from "../api/api.ts";
import { Answered } from "../parts/Answered.tsx";
import { dayOf } from "../parts/days.ts";
import { countOf, countText } from "../parts/figures.ts";
import { Freshness } from "../parts/Freshness.tsx";
import { jobView, PageLink } from "../parts/PageLink.tsx";
import { durationText } from "../parts/Time.tsx";
import { useZone } from "../parts/Zone.tsx";
import { useOverview } from "./useOverview.ts";

type Overview = Schemas["Overview"];

/** Numbers across all jobs; each leads to what it counts, and what is red waits for a person. */
export function Tiles() {
  const query = useOverview();
  return (
    <section aria-label="Numbers across all jobs" className="numbers">
      <Answered query={query} what="the numbers across all jobs">
        {(overview) => (
          <>
            <ul className="tiles">
              <MessageTiles overview={overview} now={query.dataUpdatedAt} />
              <MissedTile missed={overview.missedRuns} />
            </ul>
            <Freshness of={query} />
          </>
        )}
      </Answered>
    </section>
  );
}

function MessageTiles({ overview, now }: { readonly overview: Overview; readonly now: number }) {
  const { zone } = useZone();
  const { waiting, inProcess, offered, parked, failedToday } = overview;
  const since = waiting.oldestSince;
  const oldest = since && `oldest ${durationText(now - Date.parse(since))}`;
  const today = dayOf(new Date(failedToday.since), zone);
  return (
    <>
      <Tile of={waiting} text="Waiting" to="/messages?standing=waiting" more={oldest} />
      <Tile of={inProcess} text="Running now" to="/messages?standing=inProcess" />
      <Tile of={offered} text="Offered to clients" to="/messages?standing=offered" />
      <Tile of={parked} text="Parked" to="/messages?standing=parked" isRed />
      <Tile of={failedToday} text="Failed today" to={`/messages?standing=failed&from=${today}`} isRed />
    </>
  );
}

interface TileProps {
  readonly of: { readonly count: number; readonly isAtLeast?: true };
  readonly text: string;
  readonly to?: string;
  /** Any of them is one too many. */
  readonly isRed?: boolean;
  readonly more?: ReactNode;
}

function Tile({ of: { count, isAtLeast }, text, to, isRed = false, more }: TileProps) {
  const number = isAtLeast ? `${countText(count)} or more` : countText(count);
  const content = (
    <>
      <span className="tile-count">{number}</span> {text}
    </>
  );
  return (
    <li className={isRed && count > 0 ? "panel tile red" : "panel tile"}>
      {to === undefined ? <span>{content}</span> : <PageLink to={to}>{content}</PageLink>}
      {more && <span className="faint">{more}</span>}
    </li>
  );
}

function MissedTile({ missed }: { readonly missed: Overview["missedRuns"] }) {
  const jobs = (
    <details>
      <summary>{countOf(missed.jobs.length, "job")}, within a day</summary>
      <ul>
        {missed.jobs.map(({ activityId, jobName, runs }) => (
          <li key={activityId}>
            <PageLink to={`${jobView(activityId)}?tab=schedule`}>
              <bdi>{jobName ?? activityId}</bdi>
            </PageLink>{" "}
            {countText(runs)}
          </li>
        ))}
      </ul>
    </details>
  );
  return <Tile of={missed} text="Missed runs" isRed more={missed.count > 0 ? jobs : "within a day"} />;
}
