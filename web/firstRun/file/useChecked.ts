import { useRef, useState } from "react";
import { focusOn } from "../../parts/job/focusOn.ts";
import type { Problem } from "../../parts/job/useJobCheck.ts";

/** Goes on where nothing is wrong with what was typed, and takes who typed it there where something is. */
export function useChecked(check: () => Promise<readonly Problem[]>, goOn: () => void) {
  const form = useRef<HTMLFormElement>(null);
  const [isTried, setTried] = useState(false);
  const [isChecking, setChecking] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setTried(true);
    setChecking(true);
    setFailure(undefined);
    try {
      const [first] = await check();
      if (first) focusOn(form.current, first.path);
      else goOn();
    } catch (error) {
      setFailure(error);
    } finally {
      setChecking(false);
    }
  };
  return { form, isTried, isChecking, failure, submit };
}
