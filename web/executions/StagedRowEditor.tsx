import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { readVersioned } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Answered } from "../parts/Answered.tsx";
import { type RowPlace, StagedRowForm } from "./StagedRowForm.tsx";

interface Props {
  readonly place: RowPlace;
  readonly columns: readonly string[];
  readonly close: () => void;
}

/** Changes cells of one row in staging. */
export function StagedRowEditor({ place, columns, close }: Props) {
  const api = useApi();
  // Read once: what comes later is told when the row is saved, and overwrites nothing that somebody types.
  const row = useQuery({
    queryKey: ["staged row", place],
    queryFn: async ({ signal }) =>
      readVersioned(
        await api.GET("/manage/api/executions/{id}/staging/{entity}/rows/{line}", { params: { path: place }, signal }),
      ),
    staleTime: Infinity,
    gcTime: 0,
    refetchInterval: false,
    refetchOnWindowFocus: false,
  });
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className="wide-dialog">
        <DialogBody>
          <DialogTitle className="wrap">
            {place.entity}, line {place.line}
          </DialogTitle>
          {row.data === undefined ? (
            <>
              <DialogContent>
                <Answered query={row} what="the row">
                  {() => null}
                </Answered>
              </DialogContent>
              <DialogActions>
                <Button onClick={close}>Close</Button>
              </DialogActions>
            </>
          ) : (
            <StagedRowForm place={place} columns={columns} read={row.data} close={close} />
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
