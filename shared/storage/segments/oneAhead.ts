/** Whoever goes on in order gets each frame made while it uses the one before, where `isNear` says that this is cheap. */
export function oneAhead(
  makeFrame: (index: number) => Promise<Buffer>,
  isNear: (index: number) => boolean,
): (index: number) => Promise<Buffer> {
  let last = -1;
  let following: Promise<Buffer> | undefined;
  return (index) => {
    const isNext = index === last + 1;
    const frame = (isNext && following) || makeFrame(index);
    last = index;
    following = isNext && isNear(index + 1) ? makeFrame(index + 1) : undefined;
    // It may never be used; a failure shows to whoever uses it.
    following?.catch(() => undefined);
    return frame;
  };
}
