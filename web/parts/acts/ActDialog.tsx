import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import { useState } from "react";
import { Answered } from "../Answered.tsx";
import { countOf } from "../figures.ts";
import { ActOutcome } from "./ActOutcome.tsx";
import { ActPreview } from "./ActPreview.tsx";
import { ActWish, isWhole } from "./ActWish.tsx";
import { type ActName, type Message, messageActs, type Wish } from "./messageActs.ts";
import { useBulk } from "./useBulk.ts";
import { useForeseen } from "./useForeseen.ts";

interface Props {
  readonly name: ActName;
  /** Those that the question is about: they stay, whatever comes meanwhile. */
  readonly messages: readonly Message[];
  /** Called with whether anything was asked for. */
  readonly close: (isDone: boolean) => void;
}

/** Asks before something is done to messages, with what would become of each, does it, and says how it went. */
export function ActDialog({ name, messages, close }: Props) {
  const [wish, setWish] = useState<Wish>(() => ({ rows: rowsFirst(messages), isForced: false, reason: "" }));
  const { progress, start, stop } = useBulk();
  const foreseen = useForeseen(name, messages, wish, progress === undefined);
  const { text } = messageActs[name];
  const { items = [], at: unchangedSince } = foreseen.data ?? {};
  const able = items.filter(({ isAble }) => isAble).map(({ id }) => id);
  const go = async (): Promise<void> => {
    const { outcomes } = await start(able, { name, wish, unchangedSince });
    if (messages.length === 1 && [...outcomes.values()].join() === "" && outcomes.size === 1) close(true);
  };
  return (
    <Dialog
      open
      modalType={name === "discard" ? "alert" : "modal"}
      onOpenChange={(_, { open }) => !open && !progress?.isRunning && close(progress !== undefined)}
    >
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            {text} {messages.length === 1 ? "this message" : countOf(messages.length, "message")}?
          </DialogTitle>
          <DialogContent>
            {progress ? (
              <ActOutcome name={name} messages={items} progress={progress} />
            ) : (
              <>
                <Answered query={foreseen} what="what would happen">
                  {() => <ActPreview messages={items} />}
                </Answered>
                <ActWish name={name} messages={messages} wish={wish} change={setWish} />
              </>
            )}
          </DialogContent>
          <DialogActions>
            {progress?.isRunning ? (
              <Button onClick={stop}>Stop</Button>
            ) : (
              <Button onClick={() => close(progress !== undefined)}>{progress ? "Close" : "Cancel"}</Button>
            )}
            {!progress && (
              <Button
                appearance="primary"
                disabled={able.length === 0 || foreseen.isPlaceholderData || !isWhole(name, wish)}
                onClick={() => void go()}
              >
                {text}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Of those that ended with rejected rows these alone are the safe choice. */
function rowsFirst(messages: readonly Message[]): Wish["rows"] {
  return messages.every(({ state }) => state === "ProcessedWithErrors") ? "rejected" : "all";
}
