/** Places for work that not much may go on of at a time, such as what one process holds memory for. */
export interface Slots {
  /** Takes a place, which the answer gives back, once; undefined when there is none. */
  take(): (() => void) | undefined;
}

export function slotsOf(count: number): Slots {
  let free = count;
  return {
    take() {
      if (free <= 0) return undefined;
      free -= 1;
      let isTaken = true;
      return () => {
        if (isTaken) free += 1;
        isTaken = false;
      };
    },
  };
}
