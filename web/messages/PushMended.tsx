import { Button, Checkbox, MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useState } from "react";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { Ask } from "../parts/Ask.tsx";
import { countOf } from "../parts/figures.ts";
import { PageLink, viewOf } from "../parts/PageLink.tsx";
import type { Mend, RejectedRow } from "./useMend.ts";

interface Props {
  readonly messageId: string;
  readonly executionId: string;
  readonly entity: string;
  readonly mend: Mend;
  /** As they stand now: what somebody else mended meanwhile is not sent. */
  readonly rows: readonly RejectedRow[];
}

const rowsMax = 1_000;

/** Pushes the rows that were changed as a message of their own. */
export function PushMended({ messageId: id, executionId, entity, mend, rows }: Props) {
  const api = useApi();
  const [isAsked, setAsked] = useState(false);
  const [force, setForced] = useState(false);
  const decided = new Set(rows.filter((row) => row.mendedBy ?? row.leftOutBy).map(({ line }) => line));
  const leaveOut = [...mend.leftOut].filter((line) => !decided.has(line));
  const changed = [...mend.changes]
    .filter(([line]) => !decided.has(line) && !mend.leftOut.has(line))
    .map(([line, values]) => ({ line, values: { ...values } }));
  const push = useChange(async () => {
    const body = { executionId, entity, rows: changed, leaveOut, force };
    const made = read(await api.POST("/manage/api/messages/{id}/mend", { params: { path: { id } }, body }));
    mend.clear();
    return made;
  });
  const isTooMuch = changed.length > rowsMax || leaveOut.length > rowsMax;
  const said = `${countOf(changed.length, "row")} changed, ${countOf(leaveOut.length, "row")} left out`;
  return (
    <>
      <span role="status">{mend.isChanged ? said : "Change cells in place, and push the rows again."}</span>
      <Button appearance="primary" disabled={changed.length === 0 || isTooMuch} onClick={() => setAsked(true)}>
        Push again
      </Button>
      {mend.isChanged && <Button onClick={mend.clear}>Undo all changes</Button>}
      {isTooMuch && <span className="bad">At most {countOf(rowsMax, "row")} go into one message.</span>}
      {leaveOut.length > 0 && changed.length === 0 && (
        <span className="faint">Rows are left out together with rows that are pushed again.</span>
      )}
      {push.data && (
        <MessageBar intent="success">
          <MessageBarBody>
            Pushed again: <PageLink to={viewOf("messages", push.data.id)}>the message of these rows</PageLink>.
          </MessageBarBody>
        </MessageBar>
      )}
      {isAsked && (
        <Ask
          title={`Push ${countOf(changed.length, "row")} again?`}
          action="Push again"
          act={() => push.mutateAsync(undefined)}
          close={() => setAsked(false)}
        >
          <p>
            A new message brings {countOf(changed.length, "changed row")} alone, names this message, and begins at once.
            {leaveOut.length > 0 && ` ${countOf(leaveOut.length, "row")} will not be taken by any retry.`} All other
            rejected rows stay rejected, and may be mended later.
          </p>
          <Checkbox
            checked={force}
            onChange={(_, { checked }) => setForced(checked === true)}
            label="Also where a later message may be in the same records, whose values are written over"
          />
        </Ask>
      )}
    </>
  );
}
