import { Button } from "@fluentui/react-components";
import { type DragEvent, useRef, useState } from "react";

interface Props {
  /** What is wanted: "Drop a file or a data package here". */
  readonly label: string;
  readonly take: (file: File) => void;
  readonly isBusy?: boolean;
}

/** Takes a file that is dropped, or chosen by keyboard. */
export function DropZone({ label, take, isBusy = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file && !isBusy) take(file);
  };
  return (
    <div
      className={isOver ? "drop-zone over" : "drop-zone"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <span>{label}</span>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = "";
          if (file) take(file);
        }}
      />
      <Button disabled={isBusy} onClick={() => input.current?.click()}>
        Choose a file
      </Button>
    </div>
  );
}
