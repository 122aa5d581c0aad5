import { Button, Checkbox, Field, Input } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../../api/ApiContext.tsx";
import { EachOf } from "../../parts/EachOf.tsx";
import { countOf, countText } from "../../parts/figures.ts";
import { type BulkAct, bulkActs } from "./bulkActs.ts";
import type { Message } from "./messageColumns.tsx";

interface Props {
  readonly selected: readonly Message[];
  readonly clear: () => void;
}

/** What can be done to the messages that are selected; each button says to how many of them. */
export function Bulk({ selected, clear }: Props) {
  const [chosen, setChosen] = useState<{ readonly act: BulkAct; readonly items: readonly Message[] }>();
  const queries = useQueryClient();
  return (
    <div className="bulk" role="group" aria-label="Selected messages">
      <span role="status">{selected.length === 0 ? "None selected" : `${countText(selected.length)} selected`}</span>
      {selected.length > 0 &&
        bulkActs.map((act) => {
          const items = selected.filter(act.suits);
          return (
            <Button key={act.name} disabled={items.length === 0} onClick={() => setChosen({ act, items })}>
              {act.name} ({countText(items.length)})
            </Button>
          );
        })}
      {chosen && (
        <BulkDialog
          {...chosen}
          done={() => {
            clear();
            void queries.invalidateQueries();
          }}
          close={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

interface DialogProps {
  readonly act: BulkAct;
  readonly items: readonly Message[];
  readonly done: () => void;
  readonly close: () => void;
}

function BulkDialog({ act: { name, what, needs, act }, items, done, close }: DialogProps) {
  const api = useApi();
  const [reason, setReason] = useState("");
  const [isForced, setForced] = useState(false);
  const [inOrder] = useState(() => items.toSorted((one, other) => (one.enqueuedAt < other.enqueuedAt ? -1 : 1)));
  return (
    <EachOf
      title={`${name}: ${countOf(items.length, "message")}`}
      action={name}
      items={inOrder}
      nameOf={({ id }) => id}
      isReady={needs !== "reason" || reason.trim() !== ""}
      act={(message, signal) => act(api, message, { reason: reason.trim(), isForced }, signal)}
      done={done}
      close={close}
    >
      <p>{what}</p>
      {needs === "reason" && (
        <Field label="Reason" required hint="Whoever sent the message reads it in its status.">
          <Input value={reason} onChange={(_, { value }) => setReason(value)} />
        </Field>
      )}
      {needs === "force" && (
        <Checkbox
          label="Also where a later message may be in the same records: its values are written over"
          checked={isForced}
          onChange={(_, { checked }) => setForced(checked === true)}
        />
      )}
    </EachOf>
  );
}
