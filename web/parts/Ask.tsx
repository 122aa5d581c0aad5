import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { Failure } from "./Failure.tsx";

interface Props {
  /** "Delete the job Customer group files?" */
  readonly title: string;
  /** What the button says: "Delete". */
  readonly action: string;
  /** What the other one says. */
  readonly cancel?: string;
  /** What will be, or be gone. */
  readonly children: ReactNode;
  /** What must be typed before, where it cannot be undone. */
  readonly typed?: string;
  /** Whether it can be done at all. */
  readonly isReady?: boolean;
  readonly act: () => Promise<unknown>;
  readonly close: () => void;
}

/** Asks before something is done, does it, and says why it could not be done where that is so. */
export function Ask({ title, action, cancel = "Cancel", children, typed, isReady = true, act, close }: Props) {
  const [text, setText] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const mayGo = isReady && !isBusy && (typed === undefined || text.trim() === typed);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog open modalType={typed === undefined ? "modal" : "alert"} onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle className="wrap">{title}</DialogTitle>
          <DialogContent>
            {children}
            {typed !== undefined && isReady && (
              <Field label={`To go on, type ${typed}`}>
                <Input value={text} onChange={(_, { value }) => setText(value)} />
              </Field>
            )}
            {error !== undefined && <Failure error={error} what={`${action}: not done`} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>{cancel}</Button>
            <Button appearance="primary" disabled={!mayGo} onClick={() => void go()}>
              {action}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
