import { expect, test } from "vitest";
import { whySegmentIll } from "../../shared/fsck/looks/segment.ts";
import { printerFor } from "../../shared/storage/entityStore/layers.ts";
import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { type Frame, framePacker, packLine, takeFrame } from "../../shared/storage/segments/frames.ts";
import { writeSegments } from "../../shared/storage/segments/segments.ts";

const columns = ["Name"];
const plan = { seed: [1, 2, 3, 4, 5, 6], keyColumns: ["name"] };

/** What is wrong with a segment of two frames, of which the second one's hashes are changed before it is stored. */
async function whyIll(change: (frame: Frame) => Frame): Promise<string | undefined> {
  const blobs = memoryGround().blobs("entities");
  const packer = framePacker(12, printerFor(plan, columns));
  const lines = ["a\t1\tone", "b\t1\ttwo", "c\t2\tthree"].map((line) => Buffer.from(line));
  const frames = lines.flatMap((line) => (packLine(packer, 1, line, 0, line.length) ? (takeFrame(packer) ?? []) : []));
  frames.push(change(takeFrame(packer)!));
  const stored = writeSegments(
    blobs,
    (async function* () {
      yield* frames;
    })(),
    { columns, segmentBytes: Infinity, prints: plan, nameOf: () => "s" },
  );
  const [segment] = await stored;
  return whySegmentIll(blobs, segment!, segment!.sizeBytes, false);
}

test("a segment is well when each hash is that of its record", async () => {
  expect(await whyIll((frame) => frame)).toBeUndefined();
});

test("a hash of other values than its record has is told with its frame, though it is stored without damage", async () => {
  const why = await whyIll((frame) => ({
    ...frame,
    prints: frame.prints!.map((word, at) => (at === 3 ? ~word : word)),
  }));

  expect(why).toBe("A hash of frame 1 is not that of its record.");
});
