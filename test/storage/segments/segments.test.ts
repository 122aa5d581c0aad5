import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { memoryGround } from "../../../shared/storage/ground/memory/memoryGround.ts";
import { decompress, type Frame } from "../../../shared/storage/segments/frames.ts";
import { readFooter, readRange, type Segment, writeSegments } from "../../../shared/storage/segments/segments.ts";

const segmentBytes = 1200;
/** None of them, or the whole of one, fits beside others; some pack to a tenth. */
const texts = Array.from({ length: 40 }, (_, index) =>
  index % 3 === 0 ? randomBytes(500).toString("hex") : "the same again ".repeat(70),
);

async function* framesOf(released: number[]): AsyncGenerator<Frame> {
  for (const [index, text] of texts.entries()) {
    const names = { firstKey: String(index), lastKey: String(index), lineCount: 1, numberMax: index };
    yield { ...names, bytes: Buffer.from(text), release: () => released.push(index) };
  }
}

async function stored(released: number[] = []) {
  const blobs = memoryGround().blobs("segments");
  const plan = { columns: [], segmentBytes, nameOf: (index: number) => `segment-${index}` };
  const segments = await writeSegments(blobs, framesOf(released), plan);
  const framesIn = async (segment: Segment) => (await readFooter(blobs, segment)).frames;
  return { blobs, segments, framesIn };
}

test("a segment ends behind the frame that fills it, however many are packed meanwhile", async () => {
  const { segments, framesIn } = await stored();

  expect(segments.length).toBeGreaterThan(3);
  for (const segment of segments.slice(0, -1)) {
    expect(segment.footerOffset).toBeGreaterThanOrEqual(segmentBytes);
    expect((await framesIn(segment)).at(-1)?.offset).toBeLessThan(segmentBytes);
  }
});

test("the frames of all segments are the ones that were given, in their order", async () => {
  const { blobs, segments, framesIn } = await stored();
  const read: string[] = [];

  for (const segment of segments) {
    for (const { offset, sizeBytes, textBytes } of await framesIn(segment)) {
      read.push((await decompress(await readRange(blobs, segment.name, offset, sizeBytes), textBytes)).toString());
    }
  }

  expect(read).toEqual(texts);
});

test("each frame gives its memory back once, in its turn", async () => {
  const released: number[] = [];

  await stored(released);

  expect(released).toEqual(texts.map((_, index) => index));
});
