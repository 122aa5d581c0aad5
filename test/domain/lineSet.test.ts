import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineSet } from "../../shared/domain/lineSet.ts";

test("a set of lines has the lines that were added, and no other", () => {
  const lines = fc.array(fc.oneof(fc.nat(200), fc.nat(2 ** 40)));
  fc.assert(
    fc.property(lines, lines, (added, asked) => {
      const set = createLineSet();
      for (const line of added) set.add(line);

      for (const line of [...added, ...asked]) expect(set.has(line)).toBe(added.includes(line));
    }),
  );
});
