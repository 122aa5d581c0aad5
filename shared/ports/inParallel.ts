/** Runs `work` on every item, at most `atOnceMax` at a time, and keeps the order. The first error ends it. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnceMax: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  const runners = Array.from({ length: Math.min(atOnceMax, items.length) }, async () => {
    try {
      await runner();
    } catch (error) {
      next = items.length;
      throw error;
    }
  });
  await Promise.all(runners);
  return results;
}
