import { Button, DialogActions, DialogContent, MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readVersioned, Refused, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Failure } from "../parts/Failure.tsx";
import { LongText } from "../parts/LongText.tsx";
import { RowCell } from "./RowCell.tsx";

export interface RowPlace {
  readonly id: string;
  readonly entity: string;
  readonly line: string;
}

type Versioned = { readonly value: Schemas["StagedRow"]; readonly etag: string };
type Cells = Readonly<Record<string, string>>;

interface Props {
  readonly place: RowPlace;
  readonly columns: readonly string[];
  readonly read: Versioned;
  readonly close: () => void;
}

const lostRace = 412;

/** The cells of a row; a save that loses a race shows what the other one wrote, and lets the person choose. */
export function StagedRowForm({ place, columns, read, close }: Props) {
  const { base, theirs, draft, error, isBusy, change, save, takeTheirs, keepMine } = useRowEdit(place, read, close);
  const names = [...new Set([...columns, ...Object.keys(base.value.values)])];
  const hasChanges = Object.keys(draft).length > 0;
  return (
    <>
      <DialogContent>
        <Verdict row={base.value} />
        {theirs && (
          <MessageBar intent="warning" layout="multiline" role="alert" className="failure">
            <MessageBarBody>
              Somebody changed this row meanwhile. What it holds now stands under your cells.{" "}
              <Button size="small" onClick={takeTheirs}>
                Take what it holds now
              </Button>{" "}
              <Button size="small" onClick={keepMine}>
                Keep my cells
              </Button>
            </MessageBarBody>
          </MessageBar>
        )}
        <div className="row-form">
          {names.map((name) => (
            <RowCell
              key={name}
              name={name}
              value={draft[name] ?? base.value.values[name] ?? ""}
              other={
                theirs && theirs.value.values[name] !== base.value.values[name] ? theirs.value.values[name] : undefined
              }
              reason={isAbout(base.value, name) && draft[name] === undefined ? base.value.reason : undefined}
              change={(value) => change(name, value)}
            />
          ))}
        </div>
        {error !== undefined && <Failure error={error} what="The row is not saved" />}
      </DialogContent>
      <DialogActions>
        <Button onClick={close}>{hasChanges ? "Cancel" : "Close"}</Button>
        <Button
          appearance="primary"
          disabled={isBusy || !hasChanges || theirs !== undefined}
          onClick={() => void save()}
        >
          Save and validate
        </Button>
      </DialogActions>
    </>
  );
}

function Verdict({ row: { state, reason, raw } }: { readonly row: Schemas["StagedRow"] }) {
  if (state !== "error")
    return <p>The row is good{state === "copied" ? " and in the target" : " and waits to be copied"}.</p>;
  return (
    <>
      <p>
        <LongText text={reason} what="Reason" charactersMax={500} />
      </p>
      {raw !== undefined && (
        <p>
          It could not be taken apart: <LongText text={raw} what="Text of the row" charactersMax={500} />
        </p>
      )}
    </>
  );
}

/** Columns are often called as the field that they feed. */
function isAbout({ field }: Schemas["StagedRow"], column: string): boolean {
  const bare = (name: string): string => name.replace(/[\s_]/g, "").toLowerCase();
  return field.split(";").some((name) => name.trim() !== "" && bare(name) === bare(column));
}

function useRowEdit(place: RowPlace, read: Versioned, close: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  const [base, setBase] = useState(read);
  const [theirs, setTheirs] = useState<Versioned>();
  const [draft, setDraft] = useState<Cells>({});
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const address = "/manage/api/executions/{id}/staging/{entity}/rows/{line}";

  const save = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const params = { path: place, header: { "If-Match": base.etag } };
      const saved = readVersioned(await api.PUT(address, { params, body: { values: { ...draft } } }));
      setBase(saved);
      setDraft({});
      void queries.invalidateQueries({ queryKey: ["staging"] });
      if (saved.value.state !== "error") close();
    } catch (failure) {
      if (!(failure instanceof Refused) || failure.status !== lostRace) setError(failure);
      else
        await api
          .GET(address, { params: { path: place } })
          .then(readVersioned)
          .then(setTheirs, setError);
    }
    setBusy(false);
  };
  const takeTheirs = (): void => {
    if (theirs) setBase(theirs);
    setTheirs(undefined);
    setDraft({});
  };
  const keepMine = (): void => {
    if (theirs) setBase(theirs);
    setTheirs(undefined);
  };
  const change = (name: string, value: string): void => {
    const next = Object.entries({ ...draft, [name]: value });
    setDraft(Object.fromEntries(next.filter(([column, cell]) => cell !== (base.value.values[column] ?? ""))));
  };
  return { base, theirs, draft, error, isBusy, change, save, takeTheirs, keepMine };
}
