import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { useEffect, useRef, useState } from "react";
import { read } from "../api/api.ts";
import { Failure } from "./Failure.tsx";
import { sizeText } from "./figures.ts";

interface Answer {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

interface Props {
  /** What the button says: "Failed records". */
  readonly text: string;
  /** Where the answer names no file. */
  readonly fileName: string;
  /** Asks for the file by the API, with `parseAs: "stream"`. */
  readonly load: (signal: AbortSignal) => Promise<Answer>;
}

/** Fetches a file as the person who is signed in, and lets the browser save it. It says how far it is, and can be stopped. */
export function Download({ text, fileName, load }: Props) {
  const [receivedBytes, setReceived] = useState<number>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);

  const go = async (): Promise<void> => {
    const { signal } = (stop.current = new AbortController());
    setError(undefined);
    setReceived(0);
    try {
      await saveAnswer(await load(signal), fileName, setReceived);
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    }
    setReceived(undefined);
  };

  const isBusy = receivedBytes !== undefined;
  return (
    <>
      <span className="row">
        <Button size="small" icon={<ArrowDownloadRegular />} disabledFocusable={isBusy} onClick={() => void go()}>
          {text}
        </Button>
        {isBusy && (
          <>
            <span className="faint" role="status">
              {sizeText(receivedBytes)}
            </span>
            <Button size="small" onClick={() => stop.current?.abort()}>
              Stop
            </Button>
          </>
        )}
      </span>
      {error !== undefined && <Failure error={error} what={`${text}: not downloaded`} retry={() => void go()} />}
    </>
  );
}

/** Lets the browser save the file of an answer, under its own name where it has one. */
export async function saveAnswer(
  answer: Answer,
  fileName: string,
  received: (sizeBytes: number) => void = () => undefined,
): Promise<void> {
  save(await collect(read(answer), received), nameOf(answer.response) ?? fileName);
}

async function collect(body: unknown, received: (sizeBytes: number) => void): Promise<Blob> {
  const parts: Blob[] = [];
  if (!(body instanceof ReadableStream)) return new Blob();
  let sizeBytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    // A blob may lie on the disk of the browser; bytes are in its memory.
    parts.push(new Blob([value]));
    sizeBytes += value.length;
    received(sizeBytes);
  }
}

function nameOf(response: Response): string | undefined {
  const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

function save(file: Blob, fileName: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
