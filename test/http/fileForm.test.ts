import { describe, expect, test } from "vitest";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import { isFileForm, readFileForm } from "../../shared/http/fileForm.ts";

const invalid = expect.objectContaining({ code: "invalid" });

function part(head: string, content: string): string {
  return `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
}

const definition = part('name="format"', '{"name":"A"}');
const rows = "ID,NAME\r\n1,--x\r\n2,\r\n--y\r\n";
const file = part('name="file"; filename="rows.csv"\r\nContent-Type: text/csv', rows);

/** The form in pieces of so many bytes. */
function formOf(text: string, pieceBytes = 1_000_000, contentType = "multipart/form-data; boundary=x") {
  async function* body(): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
  }
  const headers = new Headers({ "content-type": contentType });
  return { headers, body: body() };
}

async function readAll(text: string, pieceBytes?: number) {
  const form = await readFileForm(formOf(text, pieceBytes), "format");
  const bytes = await collectBytes(form.file, 1_000_000, "file");
  return { ...form, definition: Buffer.from(form.definition).toString(), file: Buffer.from(bytes).toString() };
}

describe("a form with a definition and a file", () => {
  for (const pieceBytes of [1, 2, 3, 7, 64, 1_000_000]) {
    test(`is read whole in pieces of ${pieceBytes}, whatever of its boundary the file holds`, async () => {
      const form = await readAll(`${definition}${file}--x--\r\n`, pieceBytes);

      expect(form).toEqual({ definition: '{"name":"A"}', fileName: "rows.csv", file: rows });
    });
  }

  test("may have lines in front of it, and a boundary in quotes", async () => {
    const form = formOf(`preamble\r\n${definition}${file}--x--`, 5, 'Multipart/Form-Data; charset=utf-8; boundary="x"');

    expect((await readFileForm(form, "format")).fileName).toBe("rows.csv");
  });

  test("is refused with the file first, without the file, without a part, and where it breaks off", async () => {
    const cut = `${definition}${file}`.slice(0, -20);
    for (const text of [`${file}${definition}--x--`, `${definition}--x--`, "--x--", "", cut]) {
      await expect(readAll(text)).rejects.toThrow(invalid);
    }
  });

  test("is refused as soon as a part is too long", async () => {
    const long = part('name="format"', "x".repeat(1024 * 1024 + 1));
    await expect(readAll(`${long}${file}--x--`)).rejects.toThrow(invalid);
    await expect(readAll("y".repeat(10_000))).rejects.toThrow(invalid);
  });

  test("is told by its type and its boundary", () => {
    expect(isFileForm(formOf("", 1))).toBe(true);
    for (const type of ["multipart/form-data", "multipart/mixed; boundary=x", "text/csv; boundary=x"]) {
      expect(isFileForm(formOf("", 1, type))).toBe(false);
    }
  });
});
