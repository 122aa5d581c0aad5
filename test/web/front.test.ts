import { describe, expect, test } from "vitest";
import { readFront } from "../../web/messages/front.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("the beginning of a file", () => {
  test("is its rows, whatever ends them", () => {
    expect(readFront(utf8("a,b\r\n1,2\n3,4\r"), true)).toEqual({
      kind: "text",
      encoding: "UTF-8",
      rows: ["a,b", "1,2", "3,4"],
      isWhole: true,
    });
  });

  test("leaves out the row and the character that the cut went through", () => {
    const cut = utf8("Größe\r\nÄ").subarray(0, -1);

    expect(readFront(cut, false)).toMatchObject({ encoding: "UTF-8", rows: ["Größe"], isWhole: false });
  });

  test("is read as the encoding that its first bytes tell, or as one in which every byte is a character", () => {
    expect(readFront(Uint8Array.of(0xff, 0xfe, 0x41, 0x00), true)).toMatchObject({ encoding: "UTF-16", rows: ["A"] });
    expect(readFront(Uint8Array.of(0x47, 0x72, 0xf6, 0xdf, 0x65), true)).toMatchObject({ rows: ["Größe"] });
  });

  test("is no text for a package", () => {
    expect(readFront(utf8("PK\u0003\u0004"), true)).toEqual({ kind: "package" });
  });

  test("stays short for a file of very long rows, and for one of very many", () => {
    const front = readFront(utf8(`${"x".repeat(100_000)}\n${"row\n".repeat(1_000)}`), true);

    expect(front).toMatchObject({ kind: "text", isWhole: false });
    const rows = front.kind === "text" ? front.rows : [];
    expect(rows).toHaveLength(50);
    expect(rows[0]!.length).toBeLessThan(2_100);
  });

  test("is empty for an empty file", () => {
    expect(readFront(new Uint8Array(), true)).toMatchObject({ rows: [], isWhole: true });
  });
});
