import { useEffect, useRef } from "react";
import { type Location, useBlocker } from "react-router";
import { Ask } from "./Ask.tsx";

/** Asks before what somebody typed is left behind, on the page and where the browser closes it. */
export function Unsaved({ isUnsaved }: { readonly isUnsaved: () => boolean }) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => placeOf(currentLocation) !== placeOf(nextLocation) && isUnsaved(),
  );
  useEffect(() => {
    const hold = (event: BeforeUnloadEvent): void => {
      if (isUnsaved()) event.preventDefault();
    };
    window.addEventListener("beforeunload", hold);
    return () => window.removeEventListener("beforeunload", hold);
  }, [isUnsaved]);
  const isLeaving = useRef(false);
  if (blocker.state !== "blocked") return null;
  const leave = async (): Promise<void> => {
    isLeaving.current = true;
    blocker.proceed();
  };
  return (
    <Ask
      title="Leave without saving?"
      action="Leave"
      cancel="Stay"
      act={leave}
      close={() => !isLeaving.current && blocker.reset()}
    >
      What you typed here will be gone.
    </Ask>
  );
}

/** What else stands in an address leaves a form where it is; another tab takes it away. */
function placeOf({ pathname, search }: Location): string {
  return `${pathname} ${new URLSearchParams(search).get("tab") ?? ""}`;
}
