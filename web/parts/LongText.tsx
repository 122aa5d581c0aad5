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
import { CopyButton } from "./CopyText.tsx";
import { countOf } from "./figures.ts";

interface Props {
  readonly text: string;
  /** What it is: "Reason". */
  readonly what: string;
  readonly charactersMax?: number;
}

/** Text of somebody else, of any length: its beginning, and the whole of it for who asks. */
export function LongText({ text, what, charactersMax = 200 }: Props) {
  const [isOpen, setOpen] = useState(false);
  if (text.length <= charactersMax) return <bdi className="prose">{text}</bdi>;
  return (
    <>
      <bdi className="prose">{text.slice(0, charactersMax)}…</bdi>{" "}
      <Button size="small" appearance="subtle" onClick={() => setOpen(true)}>
        Show all
      </Button>
      <Dialog open={isOpen} onOpenChange={(_, { open }) => setOpen(open)}>
        <DialogSurface>
          <DialogBody>
            <DialogTitle>
              {what}, {countOf(text.length, "character")}
            </DialogTitle>
            <DialogContent className="prose" tabIndex={0}>
              {isOpen && text}
            </DialogContent>
            <DialogActions>
              <CopyButton text={text} what="all of it" />
              <Button onClick={() => setOpen(false)}>Close</Button>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </>
  );
}
