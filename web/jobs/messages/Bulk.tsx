import { Button, Field, Input, Radio, RadioGroup } from "@fluentui/react-components";
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
  const [rows, setRows] = useState("all");
  const wish = { reason: reason.trim(), isForced: rows === "force", isOfRejected: rows === "rejected" };
  const [inOrder] = useState(() => items.toSorted((one, other) => (one.enqueuedAt < other.enqueuedAt ? -1 : 1)));
  return (
    <EachOf
      title={`${name}: ${countOf(items.length, "message")}`}
      action={name}
      items={inOrder}
      nameOf={({ id }) => id}
      isReady={needs !== "reason" || reason.trim() !== ""}
      act={(message, signal) => act(api, message, wish, signal)}
      done={done}
      close={close}
    >
      <p>{what}</p>
      {needs === "reason" && (
        <Field label="Reason" required hint="Whoever sent the message reads it in its status.">
          <Input value={reason} onChange={(_, { value }) => setReason(value)} />
        </Field>
      )}
      {needs === "rows" && (
        <Field label="Rows">
          <RadioGroup value={rows} onChange={(_, { value }) => setRows(value)}>
            <Radio value="all" label="All, where no later message may be in the same records" />
            <Radio value="rejected" label="Only those that were rejected; all others stay as they are" />
            <Radio value="force" label="All, also where the values of a later message are written over" />
          </RadioGroup>
        </Field>
      )}
    </EachOf>
  );
}
