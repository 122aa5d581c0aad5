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
import { countOf } from "../figures.ts";
import { ActOutcome } from "./ActOutcome.tsx";
import { ActPreview } from "./ActPreview.tsx";
import { ActWish, isWhole } from "./ActWish.tsx";
import { type ActName, type Message, messageActs, type Wish } from "./messageActs.ts";
import { useBulk } from "./useBulk.ts";

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
  const { progress, start, stop } = useBulk(name);
  const { text, whyNot } = messageActs[name];
  const able = messages.filter((message) => whyNot(message, wish) === undefined);
  const go = async (): Promise<void> => {
    const { refused, done } = await start(able, wish);
    if (refused.length === 0 && done === 1 && messages.length === 1) close(true);
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
              <ActOutcome name={name} progress={progress} />
            ) : (
              <>
                <ActPreview name={name} messages={messages} wish={wish} />
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
                disabled={able.length === 0 || !isWhole(name, wish)}
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
