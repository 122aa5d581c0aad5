import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  ProgressBar,
} from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { countOf, countText } from "./figures.ts";
import { messageOf } from "./Failure.tsx";

interface Props<T> {
  /** "Retry 12 messages?" */
  readonly title: string;
  readonly action: string;
  readonly items: readonly T[];
  readonly nameOf: (item: T) => string;
  readonly isReady?: boolean;
  /** What will be, or be gone. */
  readonly children: ReactNode;
  /** Does it to one; what it throws is said beside the name, and the next one follows. */
  readonly act: (item: T, signal: AbortSignal) => Promise<unknown>;
  /** Something was done, or may have been. */
  readonly done: () => void;
  readonly close: () => void;
}

interface Progress {
  readonly ended: number;
  readonly refused: readonly { readonly name: string; readonly why: string }[];
  readonly isOver: boolean;
}

/** Does one thing to many, one after the other, and says how far it is; it can be stopped in between. */
export function EachOf<T>({ title, action, items, nameOf, isReady = true, children, act, done, close }: Props<T>) {
  const [progress, setProgress] = useState<Progress>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const go = async (): Promise<void> => {
    const { signal } = (stop.current = new AbortController());
    let so: Progress = { ended: 0, refused: [], isOver: false };
    setProgress(so);
    for (const item of items) {
      if (signal.aborted) break;
      const why = await act(item, signal).then(
        () => undefined,
        (error: unknown) => messageOf(error),
      );
      if (why !== undefined && signal.aborted) break;
      const refused = why === undefined ? so.refused : [...so.refused, { name: nameOf(item), why }];
      so = { ended: so.ended + 1, refused, isOver: false };
      setProgress(so);
    }
    setProgress({ ...so, isOver: true });
    done();
  };

  const isRunning = progress !== undefined && !progress.isOver;
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && !isRunning && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle className="wrap">{title}</DialogTitle>
          <DialogContent>{progress ? <Shown progress={progress} total={items.length} /> : children}</DialogContent>
          <DialogActions>
            {isRunning && <Button onClick={() => stop.current?.abort()}>Stop</Button>}
            {!isRunning && <Button onClick={close}>{progress ? "Close" : "Cancel"}</Button>}
            {!progress && (
              <Button appearance="primary" disabled={!isReady} onClick={() => void go()}>
                {action}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Shown({
  progress: { ended, refused, isOver },
  total,
}: {
  readonly progress: Progress;
  readonly total: number;
}) {
  const done = ended - refused.length;
  const said = isOver ? `${countText(done)} of ${countText(total)} done` : `${countText(ended)} of ${countText(total)}`;
  return (
    <>
      <p role="status">
        {said}
        {refused.length > 0 && `, ${countText(refused.length)} not`}
        {isOver && ended < total && `; ${countOf(total - ended, "one was", "were")} not come to`}.
      </p>
      {!isOver && <ProgressBar value={ended} max={total} aria-label="Progress" />}
      {refused.length > 0 && (
        <div className="refused" role="region" aria-label="Not done" tabIndex={0}>
          <ul>
            {refused.map(({ name, why }) => (
              <li key={name}>
                <code>{name}</code> <span className="prose">{why}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
