import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { BothVersions } from "../parts/BothVersions.tsx";
import { Failure } from "../parts/Failure.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { Time } from "../parts/Time.tsx";
import { Unsaved } from "../parts/Unsaved.tsx";
import type { Project } from "../parts/project.ts";
import { GonePart } from "./GonePart.tsx";
import { namedLines } from "./namedLines.ts";
import type { PartOf } from "./partOf.ts";
import type { Editing } from "./usePart.ts";

interface Props<P> {
  readonly editing: Editing<P>;
  readonly part: PartOf<P>;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A form for a part of a project: its save, what the service says against it, and who was faster. */
export function PartForm<P>({ editing, part: { what }, actions, children }: Props<P>) {
  const { part, draft, isUnsaved, isBusy, isNewer, isGone, putBack, error, save, undo, race, showTheirs } = editing;
  return (
    <form
      noValidate
      aria-label={what}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Unsaved isUnsaved={isUnsaved} />
      {isNewer && <Newer show={showTheirs} />}
      {isGone && <GonePart typed={JSON.stringify(part, null, 2)} isBusy={isBusy} putBack={putBack} />}
      {children}
      {error !== null && <Failure error={error} what={`${what} is not saved`} translate={namedLines(draft)} />}
      <ForManagers>
        <div className="row part-end">
          <Button type="submit" appearance="primary" disabled={isBusy || isGone || !isUnsaved()}>
            Save
          </Button>
          <Button disabled={isBusy || !isUnsaved()} onClick={undo}>
            Undo all
          </Button>
          {actions}
        </div>
      </ForManagers>
      {race && (
        <BothVersions
          title={`Somebody else saved the project ${race.by.name}`}
          facts={<SavedBy {...race.by} />}
          rows={race.rows}
          choose={race.choose}
          close={race.close}
        />
      )}
    </form>
  );
}

function Newer({ show }: { readonly show: () => void }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>Somebody else saved this project while you typed. Nothing of yours is lost.</MessageBarBody>
      <MessageBarActions>
        <Button onClick={show}>Show both versions</Button>
      </MessageBarActions>
    </MessageBar>
  );
}

/** Which version of a project this is, and who made it. */
export function SavedBy({ version, savedAt, savedBy, savedByPerson }: Project) {
  return (
    <span className="wrap">
      Version {version}, saved by <bdi>{savedByPerson?.name ?? savedBy}</bdi> <Time at={savedAt} />.
    </span>
  );
}
