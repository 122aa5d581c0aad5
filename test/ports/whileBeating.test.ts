import { expect, test } from "vitest";
import { whileBeating } from "../../shared/ports/whileBeating.ts";

const silent = (): void => undefined;

test("beats as long as the work goes on, and answers what it did", async () => {
  const third = Promise.withResolvers<void>();
  let beats = 0;
  const beat = async (): Promise<void> => {
    beats += 1;
    if (beats === 3) third.resolve();
  };

  const answer = await whileBeating(1, beat, silent, async () => {
    await third.promise;
    return "done";
  });

  expect(answer).toBe("done");
  expect(beats).toBeGreaterThanOrEqual(3);
});

test("tells of the beat that fails, makes no other, and lets the work go on", async () => {
  const told = Promise.withResolvers<unknown>();
  let beats = 0;
  const beat = (): Promise<void> => {
    beats += 1;
    return Promise.reject(new Error("lost"));
  };

  expect(await whileBeating(1, beat, told.resolve, () => told.promise)).toEqual(new Error("lost"));
  expect(beats).toBe(1);
});

test("ends with what the work throws", async () => {
  await expect(
    whileBeating(
      1,
      () => Promise.resolve(),
      silent,
      () => Promise.reject(new Error("no")),
    ),
  ).rejects.toThrow("no");
});
