import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useCallback, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useApi } from "../../api/ApiContext.tsx";
import { type Draft, type ListName, readDefinition, saveDefinition, type Stored } from "../../api/definitions.ts";
import { useChange } from "../../api/useChange.ts";
import { isSame } from "../differences.ts";
import { Failure } from "../Failure.tsx";
import { Unsaved } from "../Unsaved.tsx";
import { type DefinitionKind, definitionView } from "./kind.ts";
import { LostRace } from "./LostRace.tsx";
import { OtherProblems } from "./OtherProblems.tsx";
import { ProblemsProvider } from "./Problems.tsx";
import { useCheck } from "./useCheck.ts";

export interface FormOf<L extends ListName> {
  readonly draft: Draft<L>;
  readonly change: (draft: Draft<L>) => void;
  readonly isNew: boolean;
}

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  readonly initial: Draft<L>;
  /** As it is stored by now, where it is. */
  readonly stored?: Stored<L>;
  readonly form: (form: FormOf<L>) => ReactNode;
}

interface Base<L extends ListName> {
  readonly draft: Draft<L>;
  /** Both absent where nothing is stored yet. */
  readonly etag?: string;
  readonly version?: number;
}

/** The form of a definition, from the first letter to the save, with everything that somebody else may do in between. */
export function Editor<L extends ListName>({ kind, initial, stored, form }: Props<L>) {
  const [base, setBase] = useState<Base<L>>(() => (stored ? baseOf(kind, stored) : { draft: initial }));
  const [draft, setDraft] = useState(initial);
  const navigate = useNavigate();
  const [isTried, setTried] = useState(false);
  const [theirs, setTheirs] = useState<Stored<L>>();
  const { problems, warnings } = useCheck(kind.list, draft);
  const isLeaving = useRef(false);
  const isUnsaved = !isSame(draft, base.draft);
  const holds = useCallback(() => !isLeaving.current && isUnsaved, [isUnsaved]);
  const begin = (from: Stored<L>, next = kind.draftOf(from.value)): void => {
    setBase(baseOf(kind, from));
    setDraft(next);
    setTried(false);
  };
  const { save, failure, isBusy } = useSave(kind, base.etag, {
    saved: (now) => {
      if (stored) return begin(now);
      isLeaving.current = true;
      void navigate(definitionView(kind.list, now.value.name));
    },
    lost: setTheirs,
  });

  const isNewer = stored !== undefined && base.version !== undefined && stored.value.version > base.version;
  // What nobody has changed here follows what is stored.
  if (isNewer && !isUnsaved) begin(stored);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    save(draft);
  };
  return (
    <ProblemsProvider problems={problems} isTried={isTried}>
      <Unsaved isUnsaved={holds} />
      <form className="whole-form definition-form" noValidate onSubmit={submit} aria-label={`The ${kind.noun}`}>
        {isNewer && isUnsaved && <Newer noun={kind.noun} show={() => setTheirs(stored)} />}
        {form({ draft, change: setDraft, isNew: base.etag === undefined })}
        <OtherProblems problems={isTried ? problems : []} warnings={warnings} />
        {failure !== null && <Failure error={failure} what={`The ${kind.noun} is not saved`} />}
        <FormEnd
          maySave={!isBusy && (isUnsaved || base.etag === undefined)}
          undo={isUnsaved ? () => setDraft(base.draft) : undefined}
        />
      </form>
      {theirs && (
        <LostRace
          kind={kind}
          base={base.etag === undefined ? undefined : base.draft}
          mine={draft}
          theirs={theirs}
          goOn={(merged) => {
            begin(theirs, merged);
            setTheirs(undefined);
          }}
          close={() => setTheirs(undefined)}
        />
      )}
    </ProblemsProvider>
  );
}

function baseOf<L extends ListName>(kind: DefinitionKind<L>, { value, etag }: Stored<L>): Base<L> {
  return { draft: kind.draftOf(value), etag, version: value.version };
}

interface Saving<L extends ListName> {
  readonly saved: (stored: Stored<L>) => void;
  readonly lost: (theirs: Stored<L>) => void;
}

function useSave<L extends ListName>(kind: DefinitionKind<L>, etag: string | undefined, { saved, lost }: Saving<L>) {
  const api = useApi();
  const queries = useQueryClient();
  const { mutate, error, isPending } = useChange(async (draft: Draft<L>) => {
    const now = await saveDefinition(api, kind.list, draft, etag);
    if (!now) return lost(await readDefinition(api, kind.list, draft.name.trim()));
    queries.setQueryData([kind.list, now.value.name], now);
    saved(now);
  });
  return { save: mutate, failure: error, isBusy: isPending };
}

interface EndProps {
  readonly maySave: boolean;
  readonly undo: (() => void) | undefined;
}

function FormEnd({ maySave, undo }: EndProps) {
  return (
    <div className="row form-end">
      <Button type="submit" appearance="primary" disabled={!maySave}>
        Save
      </Button>
      <Button disabled={!undo} onClick={undo}>
        Undo all
      </Button>
    </div>
  );
}

function Newer({ noun, show }: { readonly noun: string; readonly show: () => void }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>Somebody else saved this {noun} while you typed. Nothing of yours is lost.</MessageBarBody>
      <MessageBarActions>
        <Button onClick={show}>Show both versions</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
