import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { SelectedActs } from "../parts/acts/SelectedActs.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { useMe } from "../parts/Me.tsx";
import { useSelection } from "../parts/useSelection.tsx";
import type { MessageOfJob } from "./standings.ts";

interface Props {
  readonly query: UseQueryResult<unknown>;
  readonly columns: readonly Column<MessageOfJob>[];
  readonly items: readonly MessageOfJob[];
  readonly more?: (() => void) | undefined;
  readonly hasMore?: boolean;
  readonly empty: ReactNode;
}

const keyOf = ({ id }: MessageOfJob): string => id;
const nameOf = ({ id }: MessageOfJob): string => `message ${id}`;

/** Messages of any jobs, with what a manager can do about those that are chosen. */
export function Grid({ query, columns: shown, items, more, hasMore = false, empty }: Props) {
  const { mayManage } = useMe();
  const { selected, column, clear } = useSelection(items, keyOf, nameOf);
  const columns = useMemo(() => (mayManage ? [column, ...shown] : shown), [mayManage, column, shown]);
  return (
    <>
      <div className="row list-head">
        <Freshness of={query} />
        <SelectedActs messages={selected} after={clear} />
      </div>
      <DataTable
        label="Messages"
        columns={columns}
        rows={items}
        keyOf={keyOf}
        more={more}
        hasMore={hasMore}
        empty={empty}
      />
    </>
  );
}
