import { describe, expect, test } from "vitest";
import { RaceNeverWon, lost, untilWon } from "../../shared/ports/untilWon.ts";
import { describeError } from "../../shared/http/reply.ts";

describe("a look and the write that follows it", () => {
  test("are repeated while others write first, and answer what won", async () => {
    let looks = 0;

    const answer = await untilWon("A row", async () => (++looks < 5 ? lost : undefined));

    expect([answer, looks]).toEqual([undefined, 5]);
  });

  test("end with what the attempt throws, at once", async () => {
    let looks = 0;
    const failing = async () => {
      looks += 1;
      throw new Error("503");
    };

    await expect(untilWon("A row", failing)).rejects.toThrow("503");
    expect(looks).toBe(1);
  });

  test("give up after a bounded number of races, and the caller may ask again", async () => {
    let looks = 0;

    const error: unknown = await untilWon("A row", async () => {
      looks += 1;
      return lost;
    }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(RaceNeverWon);
    expect(looks).toBe(60);
    expect(describeError(error)).toMatchObject({ status: 503, retryAfterSeconds: 5 });
  });
});
